import { expect, test } from 'vitest';
import { createMemoryBoard } from '../../src/adapters/boards/memory-board.ts';
import { historyOf } from '../helpers/history.ts';
import { aProject, settledIn, type TestProject, until } from '../helpers/project.ts';
import { endOf, queues, running, todo, waitingFor, workflowOf } from '../helpers/task-shape.ts';

const caller = { channel: 'library', actor: 'ann' } as const;
const stateOf = ({ project }: TestProject, taskId: string) =>
  project.context.store.records.getTaskState(taskId);
const governorOf = async ({ project }: TestProject) => {
  const state = await project.context.control.governor();
  if (state === null) throw new Error('no governor');
  return state;
};

test('a cancel request to the governor does not end it: it always exists (R-SYS-016)', async () => {
  const p = await aProject({ queues: queues(), agents: { ok: 'exit 0' }, routes: todo('ok') });
  const client = await p.project.client();
  const handle = client.workflow.getHandle(`governor/${p.project.settings().project}`);
  await handle.cancel();
  p.saveBoard(queues('1', '2'));
  await settledIn(p, '1', 'Done');
  await settledIn(p, '2', 'Done');
  expect((await handle.describe()).status.name).toBe('RUNNING');
});

test('a task cancelled while it waits stays put, flagged, until somebody retries it (design: stop)', async () => {
  const p = await aProject({ queues: queues(), agents: { ok: 'touch ran' }, routes: todo('ok') });
  const { control, store } = p.project.context;
  await control.pause({ scope: 'agent', name: 'ok', reason: null }, caller);
  p.saveBoard(queues('1'));
  await waitingFor(p, '1', 'paused');
  await control.cancelTask('1', { reason: 'not needed' }, caller);
  expect(await endOf(p, '1')).toBe('cancelled');
  await control.unpause({ scope: 'all', name: null }, caller);
  p.saveBoard({
    ...p.readBoard().queues,
    Todo: [...(p.readBoard().queues.Todo ?? []), { id: '2', name: 'b' }],
  });
  await settledIn(p, '2', 'Done');
  expect(await store.projection.listRuns({ taskId: '1', limit: 5 })).toEqual([]);
  expect(await stateOf(p, '1')).toMatchObject({ status: 'cancelled' });
  await control.retryTask('1', caller);
  await settledIn(p, '1', 'Done');
});

test('a task cancelled during its backoff does not run again (design: stop)', async () => {
  const p = await aProject({
    queues: queues('1'),
    agents: { bad: 'exit 3' },
    routes: todo('bad', { max_retries: 3, retry_backoff_seconds: 3600 }),
  });
  const { control, store } = p.project.context;
  await until('it waits out its backoff', async () => (await stateOf(p, '1'))?.status === 'retrying');
  await control.cancelTask('1', { reason: 'enough' }, caller);
  expect(await endOf(p, '1')).toBe('cancelled');
  expect(await stateOf(p, '1')).toMatchObject({ status: 'cancelled' });
  expect(await store.projection.listRuns({ taskId: '1', limit: 5 })).toHaveLength(1);
});

test('tasks that wait out a backoff keep no window from others and get no signals (R-ART-037, R-ART-075)', async () => {
  const ids = ['1', '2', '3', '4', '5', '6', '7'];
  const p = await aProject({
    queues: { ...queues(...ids), Later: [] },
    agents: { bad: 'exit 3', ok: 'exit 0' },
    routes: [
      { queue_name: 'Todo', agent: 'bad', priority: 1, max_retries: 3, retry_backoff_seconds: 3600 },
      { queue_name: 'Later', agent: 'ok', priority: 2, completed_queue: 'Done' },
    ],
    config: { max_concurrent_agents: 1 },
  });
  await until('all wait out their backoff', async () => {
    const states = await Promise.all(ids.map((id) => stateOf(p, id)));
    return states.every((state) => state?.status === 'retrying');
  });
  await p.project.context.board.createTask('Later', 'other', '');
  const later = (await p.project.context.board.getReadyTasks(['Later', 'Done', 'In Progress']))[0];
  await settledIn(p, later?.id ?? '', 'Done');
  const { project } = p;
  project.looker.open.forget('1');
  await project.looker.look();
  const signals = await historyOf(p, workflowOf(p, '1').workflowId);
  const count = signals.events.filter(({ eventType }) => eventType.includes('SIGNALED')).length;
  expect(count).toBe(0);
});

test('a task that leaves the watched queues while it waits gives up its place in line (design: admit)', async () => {
  const p = await aProject({ queues: queues(), agents: { ok: 'exit 0' }, routes: todo('ok') });
  const { control, board } = p.project.context;
  await control.pause({ scope: 'agent', name: 'ok', reason: null }, caller);
  p.saveBoard(queues('1'));
  await waitingFor(p, '1', 'paused');
  await board.moveTask('1', 'Failed');
  // A second look, as another process takes one that still saw it in the queue.
  await p.project.looker.starter.start({ taskId: '1', name: '1', queueName: 'Todo', agent: 'ok', order: 0 });
  expect(await endOf(p, '1')).toBe('skipped');
  expect((await governorOf(p)).waiting).toEqual([]);
});

test('a task moved to another route while it waits is taken up by that one at once (design: every ending re-reads)', async () => {
  const p = await aProject({
    queues: queues(),
    agents: { ok: 'exit 0' },
    routes: [
      { queue_name: 'Todo', agent: 'ok', completed_queue: 'Failed', poll_interval: 3600 },
      { queue_name: 'Review', agent: 'ok', completed_queue: 'Done', poll_interval: 3600 },
    ],
    config: { poll_interval: 3600 },
  });
  const { control, board } = p.project.context;
  await control.pause({ scope: 'agent', name: 'ok', reason: null }, caller);
  p.saveBoard(queues('1'));
  await waitingFor(p, '1', 'paused');
  await board.moveTask('1', 'Review');
  await control.unpause({ scope: 'all', name: null }, caller);
  await settledIn(p, '1', 'Done');
});

test('a namespace without our search attributes still runs tasks (R-SYS-014)', async () => {
  const p = await aProject({
    worker: false,
    queues: queues('1'),
    agents: { bad: 'exit 3' },
    routes: todo('bad', { max_retries: 1, dead_letter_queue: 'Failed' }),
    config: {},
    env: {},
  });
  const client = await p.project.client();
  const namespace = `bare-${p.project.settings().project}`;
  await client.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  const { temporalAddress } = await import('../helpers/temporal-server.ts');
  const bare = await aProject({
    worker: false,
    queues: queues('1'),
    agents: { bad: 'exit 3' },
    routes: todo('bad', { max_retries: 1, dead_letter_queue: 'Failed' }),
    config: { temporal: { address: temporalAddress(), namespace } },
  });
  await until('the namespace is known', () => bare.startWorker().catch(() => null), 20_000);
  await settledIn(bare, '1', 'Failed');
  expect(await endOf(bare, '1')).toBe('dead-lettered');
  const command = { operation: 'add-comment', taskId: '1', text: 'seen' } as const;
  expect(await bare.project.context.control.command(command, caller, null)).toMatchObject({ kind: 'done' });
});

test('a board without any capability and with odd task ids works from end to end (R-ART-111)', async () => {
  const odd = ['a/b/../c', 'ключ 🔑', 'x'.repeat(200), 'per%2Fcent', '  ', '__proto__', 'constructor'];
  const {
    claim: _,
    moveFrom: __,
    showShadow: ___,
    watch: ____,
    ...board
  } = createMemoryBoard({
    Todo: odd.map((id) => ({ id, name: id })),
    'In Progress': [],
    Done: [],
  });
  const p = await aProject({ board, agents: { ok: 'exit 0' }, routes: todo('ok') });
  for (const id of odd) await settledIn(p, id, 'Done');
});

test('a start that nobody hears of does not hide its task until the next poll (design: notice)', async () => {
  const p = await aProject({
    queues: queues(),
    agents: { ok: 'exit 0' },
    routes: todo('ok', { poll_interval: 3600 }),
    config: { poll_interval: 3600 },
  });
  await governorOf(p);
  // As after a start whose task was taken away before it asked for a slot, and put back.
  p.project.looker.open.startingNow('1');
  p.saveBoard(queues('1'));
  await settledIn(p, '1', 'Done');
});

test('a task that is being worked on is not put back under its agent by a retry (R-ART-035)', async () => {
  const p = await aProject({ queues: queues('1'), agents: { long: 'exec sleep 100' }, routes: todo('long') });
  const { control } = p.project.context;
  await running(p, '1');
  await expect(control.retryTask('1', caller)).rejects.toMatchObject({ code: 'conflict' });
  expect((await p.task('1')).queueName).toBe('In Progress');
  await control.cancelTask('1', { reason: 'wrong one' }, caller);
  expect(await endOf(p, '1')).toBe('cancelled');
  await control.retryTask('1', caller);
  await running(p, '1');
});
