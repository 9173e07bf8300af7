import { expect, test } from 'vitest';
import { eventsOf } from '../helpers/history.ts';
import { type TestProject, until } from '../helpers/project.ts';
import { aShape, keepShape } from '../helpers/shape.ts';
import {
  endOf,
  GATED,
  openGate,
  queues,
  running,
  todo,
  waitingFor,
  workflowOf,
} from '../helpers/task-shape.ts';

/** Events that one agent run may cost, from the start of its workflow to its end. */
const SUCCESS_EVENTS_MAX = 20;
/** A Signal, a Workflow Task and the marker of one more admission. */
const RECHECK_EVENTS = 5;

test('a success costs at most 20 history events (R-SYS-008, R-SYS-009)', async () => {
  const p = await aShape('success', { queues: queues('1'), agents: { ok: 'exit 0' }, routes: todo('ok') });
  expect(await endOf(p, '1')).toBe('finished');
  const history = await keepShape(p, 'task-success', workflowOf(p, '1'));
  console.log(`a success costs ${history.events.length} events`);
  expect(eventsOf(history).length).toBeLessThanOrEqual(SUCCESS_EVENTS_MAX);
});

test('a success after waiting in line costs at most 20 history events, too (R-SYS-008)', async () => {
  const p = await aShape('waited', {
    queues: queues('1', '2'),
    agents: { gated: GATED },
    routes: todo('gated'),
    config: { max_concurrent_agents: 1 },
  });
  const { control } = p.project.context;
  const waiting = await until('one waits for the slot of the other', async () => {
    const [entry] = (await control.governor())?.waiting ?? [];
    return entry?.taskId;
  });
  openGate(p);
  expect(await endOf(p, waiting)).toBe('finished');
  const history = await keepShape(p, 'task-waited', workflowOf(p, waiting));
  console.log(`a success after waiting costs ${history.events.length} events`);
  // Whoever looks at the board before the line is known sends one more recheck, which asks again.
  const signals = eventsOf(history).filter((event) => event === 'WorkflowExecutionSignaled').length;
  expect(signals).toBeGreaterThanOrEqual(1);
  const asked = RECHECK_EVENTS * (signals - 1);
  expect(history.events.length - asked).toBeLessThanOrEqual(SUCCESS_EVENTS_MAX);
});

test('a retry waits out its backoff and goes on in the same workflow (R-SYS-008, R-ART-062)', async () => {
  const p = await aShape('retried', {
    queues: queues('1'),
    agents: { once: 'test -e tried && exit 0; touch tried; exit 3' },
    routes: todo('once', { max_retries: 2, retry_backoff_seconds: 0.2 }),
  });
  expect(await endOf(p, '1')).toBe('finished');
  const history = await keepShape(p, 'task-retried', workflowOf(p, '1'));
  expect(eventsOf(history)).toContain('TimerFired');
});

test('exhausted retries end in the dead-letter queue (R-SYS-008, R-ART-067)', async () => {
  const p = await aShape('dead', {
    queues: queues('1'),
    agents: { bad: 'exit 3' },
    routes: todo('bad', { max_retries: 1, dead_letter_queue: 'Failed' }),
  });
  expect(await endOf(p, '1')).toBe('dead-lettered');
  await keepShape(p, 'task-dead-lettered', workflowOf(p, '1'));
});

test('without a dead-letter queue the task is left in place (R-SYS-008, R-ART-066)', async () => {
  const p = await aShape('left', { queues: queues('1'), agents: { bad: 'exit 3' }, routes: todo('bad') });
  expect(await endOf(p, '1')).toBe('left-in-place');
  await keepShape(p, 'task-left-in-place', workflowOf(p, '1'));
});

test('a run past its timeout replays (R-SYS-008, R-ART-052)', async () => {
  const p = await aShape('timeout', {
    queues: queues('1'),
    agents: { hang: 'exec sleep 100' },
    routes: todo('hang', { timeout: 0.3 }),
  });
  expect(await endOf(p, '1')).toBe('left-in-place');
  await keepShape(p, 'task-timed-out', workflowOf(p, '1'));
});

test('a hand-over between routes continues as new (R-SYS-008, R-ART-059)', async () => {
  const p = await aShape('chain', {
    queues: queues('1'),
    agents: { gated: GATED, ok: 'exit 0' },
    routes: [
      { queue_name: 'Todo', agent: 'gated' },
      { queue_name: 'Review', agent: 'ok', completed_queue: 'Done' },
    ],
  });
  await running(p, '1');
  await p.project.context.board.moveTask('1', 'Review');
  openGate(p);
  expect(await endOf(p, '1')).toBe('finished');
  const second = await keepShape(p, 'task-handed-over-second', workflowOf(p, '1'));
  const started = second.events[0]!.workflowExecutionStartedEventAttributes as Record<string, string>;
  const runId = started.continuedExecutionRunId!;
  const first = await keepShape(p, 'task-handed-over-first', { ...workflowOf(p, '1'), runId });
  expect(eventsOf(first).at(-1)).toBe('WorkflowExecutionContinuedAsNew');
});

test('a second look asked for during a run is taken after it (R-SYS-008)', async () => {
  const p = await aShape('recheck', { queues: queues('1'), agents: { gated: GATED }, routes: todo('gated') });
  await running(p, '1');
  const again = { taskId: '1', name: 'task 1', queueName: 'Todo', agent: 'gated', order: 0 };
  await p.project.looker.starter.start(again);
  openGate(p);
  expect(await endOf(p, '1')).toBe('finished');
  await keepShape(p, 'task-rechecked', workflowOf(p, '1'));
});

test('a task that no route wants ends as skipped (R-SYS-008)', async () => {
  const p = await aShape('skipped', {
    queues: { ...queues(), Done: [{ id: '1', name: 'task 1' }] },
    agents: { ok: 'exit 0' },
    routes: todo('ok'),
  });
  const start = { taskId: '1', name: 'task 1', queueName: 'Todo', agent: 'ok', order: 0 };
  await p.project.looker.starter.start(start);
  expect(await endOf(p, '1')).toBe('skipped');
  await keepShape(p, 'task-skipped', workflowOf(p, '1'));
});

test('a task moved away while it waited loses its claim and gives its slot back (R-SYS-008)', async () => {
  const p = await aShape('moved', { queues: queues(), agents: { ok: 'exit 0' }, routes: todo('ok') });
  const { control } = p.project.context;
  const caller = { channel: 'library', actor: 'sample' } as const;
  await control.pause({ scope: 'route', name: 'Todo', reason: null }, caller);
  p.saveBoard(queues('1'));
  await waitingFor(p, '1', 'paused');
  await p.project.context.board.moveTask('1', 'Done');
  await control.unpause({ scope: 'all', name: null }, caller);
  expect(await endOf(p, '1')).toBe('skipped');
  await keepShape(p, 'task-claim-lost', workflowOf(p, '1'));
  expect((await heldLeases(p)).length).toBe(0);
});

const heldLeases = async (p: TestProject) =>
  Object.keys((await p.project.context.control.governor())?.leases ?? {});
