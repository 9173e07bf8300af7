import { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installRuntime } from '../../src/adapters/temporal/runtime.ts';
import { governorWorkflowId } from '../../src/core/ids.ts';
import { SEARCH_ATTRIBUTES } from '../../src/workflows/search-attributes.ts';
import { eventsOf, type HistoryJson, historyOf } from '../helpers/history.ts';
import { runTemporalScript } from '../helpers/own-temporal.ts';
import type { TestProject } from '../helpers/project.ts';
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
