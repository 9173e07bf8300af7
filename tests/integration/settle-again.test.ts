import { expect, test } from 'vitest';
import { noteWaiting } from '../../src/activities/admission.ts';
import { claimTask } from '../../src/activities/claim-task.ts';
import type { ActivityPorts } from '../../src/activities/ports.ts';
import { writeStep } from '../../src/activities/write-step.ts';
import { retryComment } from '../../src/core/policy/comments.ts';
import type { SettleRunInput } from '../../src/core/schema/task-flow.ts';
import { rows } from '../helpers/ledger-file.ts';
import { aLedgerProject } from '../helpers/ledger-project.ts';
import { aProject } from '../helpers/project.ts';

const REASON = 'exited with code 3';
const RUN_ID = 'run-1';

/** What follows a first failure; the few things of a claim that its settlement reads. */
const INPUT = {
  ...{ taskId: '1', workflowId: 'task/1', nextLeaseId: null },
  claimed: {
    runId: RUN_ID,
    agent: 'a',
    attempt: 1,
    sourceQueue: 'Todo',
    inProgressQueue: 'Doing',
    maxRetries: 1,
  },
  ending: { kind: 'failed', reason: REASON },
  step: { kind: 'retry', retryCount: 1, comments: [retryComment(1, 1, REASON)], delayMs: 0 },
} as unknown as SettleRunInput;

test('a settlement that is repeated after the task asked for its next slot counts its retry once (R-ART-074, R-ART-076)', async () => {
  const queues = { Todo: [], Doing: [{ id: '1', name: 'one' }], Failed: [] };
  const { project } = await aProject({ queues, routes: [], worker: false });
  const { board, store } = project.context;
  const { records } = store;
  const ports = { board, store, settings: project.settings, log: project.log } as unknown as ActivityPorts;
  await records.putTaskState('1', { status: 'running', token: RUN_ID, sourceQueue: 'Todo', retryCount: 0 });

  await writeStep(ports, INPUT, await board.getTask('1'));
  // The workflow goes on in the same step of its history: of all this nothing stands there when the worker is killed.
  const blocked = { code: 'no-slot', text: 'waiting for a slot' } as const;
  await noteWaiting(records, {
    taskId: '1',
    queueName: 'Todo',
    admission: { kind: 'waiting', blocked } as never,
  });
  const written = await writeStep(ports, INPUT, await board.getTask('1'));

  expect(written).toEqual({ queueName: 'Todo', moved: false });
  expect(await records.getTaskState('1')).toMatchObject({ status: 'retrying', retryCount: 1 });
  expect((await board.getTask('1')).comments.map(({ text }) => text)).toEqual([retryComment(1, 1, REASON)]);
});

test('a task that a person put back while it ran is theirs: its settlement counts nothing (R-ART-036)', async () => {
  const queues = { Todo: [{ id: '1', name: 'one' }], Doing: [], Failed: [] };
  const { project } = await aProject({ queues, routes: [], worker: false });
  const { board, store } = project.context;
  const ports = { board, store, settings: project.settings, log: project.log } as unknown as ActivityPorts;
  await store.records.putTaskState('1', {
    status: 'running',
    token: RUN_ID,
    sourceQueue: 'Todo',
    retryCount: 0,
  });
  const written = await writeStep(ports, INPUT, await board.getTask('1'));
  expect(written).toEqual({ queueName: 'Todo', moved: true });
  expect((await board.getTask('1')).comments).toEqual([]);
});

test.each(['rerun', 'return'] as const)(
  'a settlement that is repeated after the next run has taken the task up leaves it there: %s (R-ART-076, R-PROD-021)',
  async (kind) => {
    const p = await aLedgerProject({ roles: { code: 'true' }, worker: false });
    const { board, store, routes } = p.project.context;
    const log = p.project.log;
    const { escalations, notices } = p.project.context;
    const ports = {
      ...{ board, store, routes, log, escalations, notices, settings: p.project.settings },
      expectBack: () => {},
    } as unknown as ActivityPorts;
    const { id: taskId } = await board.createTask('code', 'Build', '');
    const claim = (leaseId: string) => claimTask(ports, { taskId, leaseId, route: 'code' });
    const claimed = await claim(RUN_ID);
    const input = {
      ...{ taskId, workflowId: `task/${taskId}`, nextLeaseId: null, claimed },
      ending: { kind: 'worker-lost' },
      step: { kind, lostCount: 1, comments: [] },
    } as unknown as SettleRunInput;

    // One step of the workflow's history, twice: its worker is killed before that step is kept.
    for (const _ of ['first', 'again']) {
      const written = await writeStep(ports, input, await board.getTask(taskId));
      expect(written).toEqual({ queueName: 'code', moved: false });
      expect(await claim('run-2')).toMatchObject({ attempt: 2 });
    }

    expect(await board.getTask(taskId)).toMatchObject({ queueName: 'code:in_progress', claimToken: 'run-2' });
    expect(await store.records.getTaskState(taskId)).toMatchObject({ status: 'claimed', token: 'run-2' });
    const told = rows<{ action: string }>(p.file, 'select action from audit_log order by id');
    expect(told.map(({ action }) => action).filter((action) => action !== 'cost')).toEqual([
      ...['task_inserted', 'dispatch', 'task_requeued', 'dispatch'],
    ]);
    const decisions = (await board.book?.decisionsOn(taskId)) ?? [];
    expect(decisions.map((one) => one.kind)).toEqual(['dispatch', 'dispatch']);
  },
);

test('a task that somebody else has taken up while it ran is theirs: it is not put back (R-ART-036)', async () => {
  const p = await aLedgerProject({ roles: { code: 'true' }, worker: false });
  const { board, store } = p.project.context;
  const ports = {
    board,
    store,
    settings: p.project.settings,
    log: p.project.log,
  } as unknown as ActivityPorts;
  const { id: taskId } = await board.createTask('code', 'Build', '');
  await board.claim?.(taskId, { from: 'code', to: 'code:in_progress', token: 'another' });
  await store.records.putTaskState(taskId, { status: 'running', token: RUN_ID, sourceQueue: 'code' });
  const claimed = {
    ...INPUT.claimed,
    sourceQueue: 'code',
    inProgressQueue: 'code:in_progress',
    retryCount: 0,
    sessionId: 's',
  };
  const input = {
    ...{ taskId, workflowId: `task/${taskId}`, nextLeaseId: null, claimed },
    ending: { kind: 'worker-lost' },
    step: { kind: 'return', comments: [] },
  } as unknown as SettleRunInput;
  const written = await writeStep(ports, input, await board.getTask(taskId));
  expect(written).toEqual({ queueName: 'code:in_progress', moved: true });
  expect(await board.getTask(taskId)).toMatchObject({ claimToken: 'another' });
});
