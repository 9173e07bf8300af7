import { createServer, type Server } from 'node:net';
import type { Load } from '../children/load.ts';
import { type Bench, type Row, startSubject } from '../lib/bench.ts';
import { startChild } from '../lib/child.ts';
import { watchConditions } from '../lib/machine.ts';

const CONNECTIONS = [1, 16, 64];
const TARGET_PER_SECOND = 10_000;

/** P7: `GET /tasks/{id}`, and that it asks Temporal nothing: in its place stands a listener that counts. */
export async function apiRows(bench: Bench): Promise<readonly Row[]> {
  const conditions = watchConditions();
  bench.say('P7 GET /tasks/{id}');
  const temporal = await countingListener();
  const tasks = Array.from({ length: 100 }, (_, index) => ({ id: `g${index}`, name: `task ${index}` }));
  const queues = { Todo: tasks, 'In Progress': [], Done: [] };
  const { child, url } = await startSubject(bench, {
    ...{ queues, worker: false, api: true, address: temporal.address },
  });
  const load = await startChild('load', {});
  const [rounds, ms] = bench.quick ? [1, 2_000] : [5, 4_000];
  const measured = new Map<string, Load[]>();
  const ask = async (name: string, target: string, connections: number) => {
    const one = await load.call<Load>('run', { url: target, connections, ms });
    measured.set(name, [...(measured.get(name) ?? []), one]);
  };
  for (let round = 0; round < rounds; round += 1) {
    const parts = CONNECTIONS.flatMap((connections) => [
      () => ask(`ours ${connections}`, `${url}/tasks/g50`, connections),
      () => ask(`floor ${connections}`, 'bare', connections),
    ]);
    for (const part of round % 2 === 0 ? parts : parts.reverse()) await part();
  }
  await Promise.all([child.stop(), load.stop()]);
  await temporal.close();
  return CONNECTIONS.map((connections) =>
    row(measured, connections, { calls: temporal.connections(), conditions: conditions() }),
  );
}

function row(
  measured: ReadonlyMap<string, readonly Load[]>,
  connections: number,
  { calls, conditions }: { calls: number; conditions: Row['conditions'] },
): Row {
  const best = (name: string, field: keyof Load) => {
    const all = (measured.get(`${name} ${connections}`) ?? []).map((one) => one[field]);
    return all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;
  };
  const ours = best('ours', 'perSecond');
  const isGoal = connections === Math.max(...CONNECTIONS);
  return {
    ...{
      id: `P7.${connections}`,
      what: `GET /tasks/{id}, ${connections} connections; floor: bare node:http`,
    },
    ...{ unit: 'req/s', ours, floor: best('floor', 'perSecond'), conditions },
    ratio: best('floor', 'perSecond') / ours,
    target: isGoal ? `>= ${TARGET_PER_SECOND}, 0 Temporal calls` : null,
    reached: isGoal ? ours >= TARGET_PER_SECOND && calls === 0 : null,
    more: { 'p50 (ms)': best('ours', 'p50'), 'p99 (ms)': best('ours', 'p99'), 'Temporal connections': calls },
  };
}

/** Counts who wants to talk to Temporal, and lets nobody. */
async function countingListener() {
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    address: `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    connections: () => connections,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
