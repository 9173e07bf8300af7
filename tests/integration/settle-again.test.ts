import { expect, test } from 'vitest';
import { noteWaiting } from '../../src/activities/admission.ts';
import type { ActivityPorts } from '../../src/activities/ports.ts';
import { writeStep } from '../../src/activities/write-step.ts';
import { retryComment } from '../../src/core/policy/comments.ts';
import type { SettleRunInput } from '../../src/core/schema/task-flow.ts';
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
