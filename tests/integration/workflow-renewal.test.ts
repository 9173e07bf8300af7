import { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installRuntime } from '../../src/adapters/temporal/runtime.ts';
import {
  dispatchQueue,
  dispatchWorkflowId,
  governorWorkflowId,
  sessionWorkflowId,
} from '../../src/core/ids.ts';
import { recheckSignal, turnSignal } from '../../src/workflows/messages.ts';
import { SEARCH_ATTRIBUTES } from '../../src/workflows/search-attributes.ts';
import { call } from '../helpers/call.ts';
import { eventsOf, type HistoryJson, historyOf } from '../helpers/history.ts';
import { runTemporalScript } from '../helpers/own-temporal.ts';
import { type TestProject, until } from '../helpers/project.ts';
import { aShape, keepShape } from '../helpers/shape.ts';
import { endOf, queues, todo, workflowOf } from '../helpers/task-shape.ts';

/** This server advises a fresh history after so many events, so that renewals are short enough to record. */
const EVENTS_MAX = 60;

const SETTINGS = [
  `limit.historyCount.suggestContinueAsNew=${EVENTS_MAX}`,
  'history.transferProcessorMaxPollRPS=5000',
  'history.timerProcessorMaxPollRPS=5000',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
];

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  const ignore = () => undefined;
  installRuntime({ debug: ignore, info: ignore, warn: ignore, error: ignore });
  const { stdout } = await runTemporalScript(['binary']);
  server = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: stdout.trim() },
      extraArgs: [
        ...SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
        ...SETTINGS.flatMap((setting) => ['--dynamic-config-value', setting]),
      ],
    },
  });
});
afterAll(() => server?.teardown());

/** The Workflow Runs of a workflow, newest first. */
async function runsOf(
  p: TestProject,
  workflowId: string,
): Promise<{ runId: string; history: HistoryJson }[]> {
  const runs: { runId: string; history: HistoryJson }[] = [];
  const client = await p.project.client();
  const { runId: latest } = await client.workflow.getHandle(workflowId).describe();
  for (let runId: string | undefined = latest; runId !== undefined && runId !== ''; ) {
    const history: HistoryJson = await historyOf(p, workflowId, runId);
    runs.push({ runId, history });
    const started = history.events[0]!.workflowExecutionStartedEventAttributes;
    runId = (started as { continuedExecutionRunId?: string }).continuedExecutionRunId;
  }
  return runs;
}

test('a governor that renews itself under load loses no task, no waiter and no pause (R-SYS-010)', async () => {
  const ids = Array.from({ length: 12 }, (_, index) => `${index + 1}`);
  const p = await aShape('renewed', {
    ...{ address: server.address, queues: queues(...ids), agents: { ok: 'sleep 0.05' }, routes: todo('ok') },
    config: { max_concurrent_agents: 2 },
  });
  const pause = { scope: 'agent', name: 'other', reason: 'kept' } as const;
  await p.project.context.control.pause(pause, { channel: 'library', actor: 'sample' });
  for (const id of ids) expect(await endOf(p, id)).toBe('finished');
  const workflowId = governorWorkflowId(p.project.settings().project);
  const runs = await runsOf(p, workflowId);
  expect(runs.length).toBeGreaterThan(1);
  const first = runs.at(-1)!;
  await keepShape(p, 'governor-renewed-first', { workflowId, runId: first.runId });
  expect(eventsOf(first.history).at(-1)).toBe('WorkflowExecutionContinuedAsNew');
  await keepShape(p, 'governor-renewed-second', { workflowId, runId: runs.at(-2)!.runId });
  const state = await p.project.context.control.governor();
  expect(state).toMatchObject({ leases: {}, waiting: [], pauses: [pause] });
});

test('a task that was tried often goes on in a fresh history and keeps its count (R-SYS-010)', async () => {
  const p = await aShape('renewed-task', {
    ...{ address: server.address, queues: queues('1'), agents: { bad: 'exit 3' } },
    routes: todo('bad', { max_retries: 8, dead_letter_queue: 'Failed' }),
  });
  expect(await endOf(p, '1')).toBe('dead-lettered');
  const { workflowId } = workflowOf(p, '1');
  const runs = await runsOf(p, workflowId);
  expect(runs.length).toBeGreaterThan(1);
  await keepShape(p, 'task-renewed-first', { workflowId, runId: runs.at(-1)!.runId });
  await keepShape(p, 'task-renewed-second', { workflowId, runId: runs.at(-2)!.runId });
  const comments = await p.comments('1');
  expect(comments).toHaveLength(9);
  expect(comments.at(-1)).toBe('Max retries (8) exhausted. Moving to dead-letter queue.');
});

test('a call that is in line for days goes on in fresh histories and keeps its place (R-SYS-010)', async () => {
  const p = await aShape('renewed-dispatch', {
    address: server.address,
    routes: [],
    agents: { ok: 'echo fine' },
  });
  const { control } = p.project.context;
  const caller = { channel: 'library', actor: 'sample' } as const;
  await control.pause({ scope: 'agent', name: 'ok', reason: 'for days' }, caller);
  const { job_id } = await call(p.project, 'dispatch-async', { agent: 'ok', task: 'x' });
  const workflowId = dispatchWorkflowId(p.project.settings().project, String(job_id));
  const handle = (await p.project.client()).workflow.getHandle(workflowId);
  const first = await handle.describe();
  // What an hour in line is made of: asking again, and waiting on.
  await until('it was renewed', async () => {
    await handle.signal(recheckSignal);
    return (await handle.describe()).runId !== first.runId;
  });
  await keepShape(p, 'dispatch-renewed-in-line', { workflowId, runId: first.runId });
  await until('it has one place in line', async () => (await control.governor())?.waiting.length === 1);
  await control.unpause({ scope: 'agent', name: 'ok' }, caller);
  expect(await call(p.project, 'dispatch-wait', { job_id })).toMatchObject({ status: 'done' });
  expect(await control.governor()).toMatchObject({ leases: {}, waiting: [] });
});

test('a turn that waits very long for its conversation goes on in fresh histories (R-SYS-010, R-AD-077)', async () => {
  const p = await aShape('renewed-session', {
    address: server.address,
    routes: [],
    agents: { ok: 'echo fine' },
  });
  const { control, store } = p.project.context;
  const caller = { channel: 'library', actor: 'sample' } as const;
  await call(p.project, 'dispatch', { agent: 'ok', task: 'x' });
  const [done] = await store.jobs.list({ limit: 1 });
  const session_id = done!.sessionId;
  const open = (await store.jobs.get(done!.jobId))!;
  const jobId = 'f'.repeat(32);
  const kept = { ...open, jobId, status: 'pending', mode: 'async', completedAt: null, result: null } as const;
  await control.pause({ scope: 'agent', name: 'ok', reason: 'for days' }, caller);
  await store.jobs.add({ ...kept, createdAt: Date.now(), startedAt: null, runId: null, cacheKey: null });
  const { project } = p.project.settings();
  const turn = { agent: 'ok', title: 'turn', taskId: null, sessionId: session_id };
  const client = await p.project.client();
  const workflowId = sessionWorkflowId(project, session_id);
  const input = { project, sessionId: session_id, pending: [{ ...turn, jobId: 'e'.repeat(32) }] };
  const options = { workflowId, taskQueue: dispatchQueue(project), args: [input] };
  const handle = await client.workflow.start('sessionWorkflow', options);
  await until(
    'it was renewed',
    async () => {
      // Signals make its history long, as days of looking do.
      await handle.signal(turnSignal, { ...turn, jobId: 'e'.repeat(32) });
      return (await client.workflow.getHandle(workflowId).describe()).runId !== handle.firstExecutionRunId;
    },
    20_000,
  );
  await client.workflow.getHandle(workflowId).terminate();
});
