import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { agentsAlive } from '../helpers/chaos-project.ts';
import { aProject, until } from '../helpers/project.ts';
import { startOwnServer } from '../helpers/temporal-server.ts';
import { contradictions, WITNESS_START, WITNESS_STOP, witnessLines } from '../helpers/witness.ts';

async function withServer(seconds: number) {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-server-'));
  const server = await startOwnServer({ dbFile: join(folder, 'temporal.db') });
  onTestFinished(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const p = await aProject({
    worker: false,
    address: server.address,
    queues: { Todo: [{ id: '1' }, { id: '2' }], 'In Progress': [], Done: [] },
    agents: { steady: `${WITNESS_START}\n[ -e go ] || sleep ${seconds}\n${WITNESS_STOP}` },
    routes: [{ queue_name: 'Todo', agent: 'steady', completed_queue: 'Done' }],
    config: { temporal: { address: server.address }, api_port: 0 },
  });
  const started = () => until('both agents run', () => witnessLines(p).length === 2, 30_000);
  const done = () => until('both are done', () => (p.readBoard().queues.Done ?? []).length === 2, 60_000);
  return { server, p, started, done };
}

test('a short outage of the server touches no agent; what ended meanwhile is settled afterwards (R-SYS-003)', async () => {
  const { server, p, started, done } = await withServer(3);
  await p.startWorker();
  await started();
  await server.kill();
  await until('the agents ended meanwhile', () => agentsAlive(p).length === 0, 10_000);
  await setTimeout(1_000);
  await server.restart();
  await done();
  const runs = await p.project.context.store.projection.listRuns({ limit: 10 });
  expect(runs.map(({ outcome, attempt }) => ({ outcome, attempt }))).toEqual([
    { outcome: 'success', attempt: 1 },
    { outcome: 'success', attempt: 1 },
  ]);
  expect(await contradictions(p)).toEqual([]);
}, 90_000);

test('a server that stays silent has its agents ended before it may give them away, and they run again when it is back (R-SYS-002, R-ART-035)', async () => {
  const { server, p, started, done } = await withServer(300);
  p.project.apply({ ...p.project.settings(), heartbeatTimeoutMs: 10_000 });
  await p.startWorker();
  await started();
  // Frozen, not dead: its timers go on, and nothing refuses a connection.
  process.kill(server.pid, 'SIGSTOP');
  const silentAt = performance.now();
  await until('the agents are ended', () => agentsAlive(p).length === 0, 10_000);
  const fencedMs = performance.now() - silentAt;
  console.log(`fenced after ${fencedMs.toFixed(0)} ms`);
  expect(fencedMs).toBeGreaterThan(1_000);
  expect(fencedMs).toBeLessThan(10_000);
  expect(p.logged.map(({ message }) => message)).toContain(
    'server lost: ending agents before it gives them away',
  );
  await setTimeout(4_000);
  writeFileSync(join(p.dir, 'go'), '');
  process.kill(server.pid, 'SIGCONT');
  await done();
  expect(await contradictions(p)).toEqual([]);
}, 120_000);
