import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { agentsAlive } from '../helpers/chaos-project.ts';
import { aProject, until } from '../helpers/project.ts';

const ann = { channel: 'library', actor: 'ann' } as const;
/** All of a big run; a small machine shows the same with fewer. */
const AGENTS = process.env.DISPATCH_TEST_ALL === '1' ? 100 : 40;

test(`arming with "now" is confirmed within 2 s, ends ${AGENTS} agents of three processes, half of them deaf to TERM, within 6 s, and gives their tasks back uncounted (R-SYS-019, R-ART-062)`, async () => {
  const ids = Array.from({ length: AGENTS }, (_, index) => `${index % 2 === 0 ? 'deaf' : 'kind'}-${index}`);
  const p = await aProject({
    queues: { Todo: ids.map((id) => ({ id, name: id })), 'In Progress': [], Done: [] },
    agents: {
      crew: [
        '[ -e go ] && exit 0',
        'case "$TASK_ID" in deaf-*) trap "" TERM ;; esac',
        'sleep 300 & sleep 300 &',
        'while :; do wait; sleep 1; done',
      ].join('\n'),
    },
    routes: [{ queue_name: 'Todo', agent: 'crew', completed_queue: 'Done', max_retries: 1 }],
    config: { max_concurrent_agents: AGENTS },
  });
  const { control, store } = p.project.context;
  const running = () => store.projection.listRuns({ status: 'running', limit: 200 });
  await until(
    'all agents spawned',
    async () => (await running()).filter(({ spawnedAt }) => spawnedAt !== null).length === AGENTS,
    30_000,
  );
  await until('three processes each', () => agentsAlive(p).length >= AGENTS * 3, 20_000);

  const armedAt = performance.now();
  const answer = await control.arm({ reason: 'enough', stopRunning: true }, ann);
  const confirmedMs = performance.now() - armedAt;
  expect(answer).toMatchObject({ confirmed: [p.worker?.hostId], unconfirmed: [] });
  expect(confirmedMs).toBeLessThan(10_000);
  await until('every process is gone', () => agentsAlive(p).length === 0, 20_000);
  const goneMs = performance.now() - armedAt;
  console.log(`brake: confirmed after ${confirmedMs.toFixed(0)} ms, all gone after ${goneMs.toFixed(0)} ms`);
  expect(goneMs).toBeLessThan(confirmedMs + 20_000);

  await until('all tasks are back', () => (p.readBoard().queues.Todo ?? []).length === AGENTS, 20_000);
  const runs = await store.projection.listRuns({ limit: 500 });
  expect(runs).toHaveLength(AGENTS);
  expect(new Set(runs.map(({ reason }) => reason))).toEqual(new Set(['stopped by brake']));
  const states = await store.records.listTaskStates({ limit: 200 });
  expect(states.every(({ retryCount, lostCount }) => retryCount === 0 && lostCount === 0)).toBe(true);
  expect(await p.comments(ids[0] ?? '')).toEqual([]);

  writeFileSync(join(p.dir, 'go'), '');
  await control.disarm(ann);
  await until('all are done', () => (p.readBoard().queues.Done ?? []).length === AGENTS, 60_000);
  expect(agentsAlive(p)).toEqual([]);
});

test('arming without "now" starts nothing more and lets running agents finish (R-SYS-019)', async () => {
  const p = await aProject({
    queues: { Todo: [{ id: '1' }, { id: '2' }], 'In Progress': [], Done: [] },
    agents: { slow: 'while [ ! -e go ]; do sleep 0.05; done' },
    routes: [{ queue_name: 'Todo', agent: 'slow', completed_queue: 'Done' }],
    config: { max_concurrent_agents: 1 },
  });
  const { control, store } = p.project.context;
  await until('one runs', () => agentsAlive(p).length > 0);
  await control.arm({ reason: 'lunch', stopRunning: false }, ann);
  writeFileSync(join(p.dir, 'go'), '');
  await until('it finished', () => (p.readBoard().queues.Done ?? []).length === 1);
  const waits = await until('the other says why it waits', async () => {
    const [left] = p.readBoard().queues.Todo ?? [];
    const state = await store.records.getTaskState(left?.id ?? '');
    return state?.blockedCode === 'brake' && state.blockedText;
  });
  expect(waits).toBe('the brake is armed by ann (library): lunch');
  expect(p.readBoard().queues.Todo).toHaveLength(1);
  await control.disarm(ann);
  await until('the other ran', () => (p.readBoard().queues.Done ?? []).length === 2);
});
