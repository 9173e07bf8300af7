import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { expect, onTestFinished, test } from 'vitest';
import { agentsAlive } from '../helpers/chaos-project.ts';
import { aProject, type TestProjectOptions, until } from '../helpers/project.ts';
import { aProcess } from '../helpers/project-process.ts';
import { temporalAddress } from '../helpers/temporal-server.ts';
import { contradictions, WITNESS_START, witnessLines } from '../helpers/witness.ts';

/** Forks, leaves its session, ignores TERM; ends by itself only once the file `go` is there. */
const HOSTILE = `${WITNESS_START}
[ -e go ] && exit 0
trap '' TERM
beat="trap '' TERM; while :; do sleep 0.2; done"
sh -c "$beat" &
setsid sh -c "$beat" > /dev/null 2>&1 &
(setsid sh -c "$beat" > /dev/null 2>&1 &) &
while :; do sleep 0.2; done`;

const withHostile = (extra: Partial<TestProjectOptions> = {}) =>
  aProject({
    worker: false,
    queues: { Todo: [{ id: '1', name: 'one' }], 'In Progress': [], Done: [] },
    agents: { hostile: HOSTILE },
    routes: [{ queue_name: 'Todo', agent: 'hostile', completed_queue: 'Done' }],
    config: { api_port: 0 },
    ...extra,
  });
type Hostile = Awaited<ReturnType<typeof withHostile>>;

const running = (p: Hostile) =>
  until(
    'the agent runs with its children',
    async () => {
      const [run] = await p.project.context.store.projection.listRuns({ status: 'running', limit: 1 });
      return agentsAlive(p).length >= 5 && run?.spawnedAt != null && run;
    },
    30_000,
  );
const gone = (p: Hostile, withinMs: number) =>
  until('no process of the agent is left', () => agentsAlive(p).length === 0, withinMs);
function letItEnd({ dir }: Hostile): void {
  writeFileSync(join(dir, 'go'), '');
}
const queue = (p: Hostile, name: string) => (p.readBoard().queues[name] ?? []).map(({ id }) => id);

async function client(): Promise<Client> {
  const connection = await Connection.connect({ address: temporalAddress() });
  onTestFinished(() => connection.close());
  return new Client({ connection });
}

test('a task cancelled from another process is dead within 6 s, stays flagged in progress, and a retry brings it back (R-SYS-006, 033, R-ART-035)', async () => {
  const p = await withHostile();
  const worker = await aProcess(p);
  const { control, store } = p.project.context;
  await running(p);
  const ann = { channel: 'cli', actor: 'ann' } as const;
  await control.cancelTask('1', { reason: 'wrong branch' }, ann);
  await gone(p, 6_000);
  const state = await until('it is settled', async () => {
    const known = await store.records.getTaskState('1');
    return known?.status === 'cancelled' && known;
  });
  expect(state.anomaly).toBe('cancelled by ann: wrong branch');
  expect(await p.comments('1')).toEqual(['Run cancelled. Leaving the task in place until it is retried.']);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(queue(p, 'In Progress')).toEqual(['1']);
  expect(witnessLines(p).filter(({ what }) => what === 'start')).toHaveLength(1);

  letItEnd(p);
  await control.retryTask('1', ann);
  await until('it ran again and is done', () => queue(p, 'Done').includes('1'), 20_000);
  expect(await contradictions(p)).toEqual([]);
  await worker.stop();
}, 60_000);

test('the agent of a terminated task workflow is ended, its slot freed and the task taken up again (R-ART-035, 061, R-SYS-002)', async () => {
  const p = await withHostile({ config: { api_port: 0, max_concurrent_agents: 1 } });
  await p.startWorker();
  const run = await running(p);
  const begunAt = performance.now();
  const { project } = p.project.settings();
  await (await client()).workflow.getHandle(`task/${project}/1`).terminate('by an operator');
  letItEnd(p);
  await until(
    'the lease is free',
    async () => {
      const state = await p.project.context.control.governor();
      return state !== null && state.leases[run.runId] === undefined;
    },
    40_000,
  );
  console.log(`terminated: slot free after ${(performance.now() - begunAt).toFixed(0)} ms`);
  expect(performance.now() - begunAt).toBeLessThan(40_000);
  await until('it ran again and is done', () => queue(p, 'Done').includes('1'), 30_000);
  expect(await contradictions(p)).toEqual([]);
  expect(agentsAlive(p)).toEqual([]);
}, 90_000);

test('with `adopt` a task that stands in progress without a record of ours is taken up; without it is left alone (R-ART-061)', async () => {
  const queues = { Todo: [], 'In Progress': [{ id: '1', name: 'orphan' }], Done: [] };
  const agents = { hostile: 'exit 0' };
  const left = await withHostile({ queues, agents });
  await left.startWorker();
  const adopted = await withHostile({ queues, agents, config: { adopt: true } });
  await adopted.startWorker();
  await until('it is done', () => queue(adopted, 'Done').includes('1'), 20_000);
  expect(queue(left, 'In Progress')).toEqual(['1']);
  expect(witnessLines(left)).toEqual([]);
});

test('an orderly stop ends the agents, gives their tasks back uncounted, and the next worker goes on (R-SYS-001, R-ART-062)', async () => {
  const p = await withHostile();
  const worker = await aProcess(p);
  await running(p);
  const begunAt = performance.now();
  expect(await worker.stop()).toBe(0);
  expect(performance.now() - begunAt).toBeLessThan(30_000);
  expect(agentsAlive(p)).toEqual([]);
  expect(queue(p, 'Todo')).toEqual(['1']);
  expect(await p.comments('1')).toEqual([]);
  expect(await p.project.context.store.records.getTaskState('1')).toMatchObject({
    retryCount: 0,
    lostCount: 0,
  });
  letItEnd(p);
  const next = await aProcess(p);
  await until('it is done', () => queue(p, 'Done').includes('1'), 20_000);
  expect(await contradictions(p)).toEqual([]);
  await next.stop();
}, 60_000);

test('an agent that forks and leaves its session leaves nothing behind after a timeout or a killed worker (R-SYS-033)', async () => {
  const slow = { queue_name: 'Todo', agent: 'hostile', completed_queue: 'Done', timeout: 2 };
  const timed = await withHostile({ routes: [slow] });
  await timed.startWorker();
  await running(timed);
  await until(
    'it is settled',
    async () => {
      const state = await timed.project.context.store.records.getTaskState('1');
      return state?.status === 'stuck';
    },
    20_000,
  );
  expect(agentsAlive(timed)).toEqual([]);
  await timed.close();

  const killed = await withHostile();
  const worker = await aProcess(killed);
  await running(killed);
  await worker.kill();
  letItEnd(killed);
  const next = await aProcess(killed);
  await until('it ran again and is done', () => queue(killed, 'Done').includes('1'), 20_000);
  expect(agentsAlive(killed)).toEqual([]);
  expect(await contradictions(killed)).toEqual([]);
  await next.stop();
}, 90_000);
