import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { hostContainment } from '../../src/adapters/process/containment.ts';
import { openHostLedger } from '../../src/adapters/process/host-ledger.ts';
import { aFolder, fixtureAgent } from '../helpers/agent-run.ts';
import { processesWith, until } from '../helpers/processes.ts';

const WORKER = fileURLToPath(new URL('../fixtures/workers/run-agent.ts', import.meta.url));
const best = await hostContainment();

/** Starts a small worker with one agent and waits until the agent says `ready`. */
async function aWorker(ledger: string, { rung = 'best', agent = 'hostile-tree.sh' } = {}) {
  const runId = randomUUID();
  const args = [WORKER, ledger, runId, aFolder(), rung, fixtureAgent(agent)];
  const worker = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, FIXTURE_WITNESS: runId },
  });
  for await (const line of createInterface(worker.stdout)) if (line === 'ready') break;
  return { runId, worker };
}

/** The agent with its five children; the worker itself names the run in its arguments. */
function agentsOf(runId: string, worker: ChildProcess): number[] {
  return processesWith(runId).filter((pid) => pid !== worker.pid);
}

async function kill(worker: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => worker.once('exit', resolve));
  worker.kill('SIGKILL');
  await gone;
}

test.runIf(best.name === 'pid-namespace')(
  'an agent and all its daemons die with a worker killed by kill -9 (R-SYS-033)',
  async () => {
    const { runId, worker } = await aWorker(join(aFolder(), 'host-ledger.jsonl'));
    expect(agentsOf(runId, worker).length).toBeGreaterThanOrEqual(6);
    await kill(worker);
    await until(() => agentsOf(runId, worker).length === 0, 1_000);
  },
);

test('after kill -9 the next worker finds the run by the ledger and sweeps what lives (R-SYS-002)', async () => {
  const path = join(aFolder(), 'host-ledger.jsonl');
  const { runId, worker } = await aWorker(path, { rung: 'group', agent: 'ignore-term.sh' });
  await kill(worker);
  expect(agentsOf(runId, worker).length).toBeGreaterThanOrEqual(3);

  const ledger = await openHostLedger(path);
  expect(await ledger.sweepLeftovers()).toEqual([{ runId, taskToken: 'dG9rZW4=', leaked: false }]);
  expect(agentsOf(runId, worker)).toEqual([]);
  expect(await ledger.sweepLeftovers()).toEqual([]);
  await ledger.close();
});

test('the runs of a living worker are nobody else’s leftovers', async () => {
  const path = join(aFolder(), 'host-ledger.jsonl');
  const { runId, worker } = await aWorker(path, { agent: 'ignore-term.sh' });
  const ledger = await openHostLedger(path);
  expect(await ledger.sweepLeftovers()).toEqual([]);
  expect(agentsOf(runId, worker).length).toBeGreaterThanOrEqual(3);
  await kill(worker);
  expect((await ledger.sweepLeftovers()).map((run) => run.runId)).toEqual([runId]);
  expect(agentsOf(runId, worker)).toEqual([]);
  await ledger.close();
});

test('a torn last line and foreign lines cost nothing, and opening drops closed runs (R-SYS-031)', async () => {
  const path = join(aFolder(), 'state', 'host-ledger.jsonl');
  const first = await openHostLedger(path);
  await first.intend({ runId: 'one', taskToken: 'dDE=' });
  await first.intend({ runId: 'two', taskToken: null });
  await first.ended('one');
  await first.close();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  // As if another worker, long dead, had written them, the last one not to its end.
  const dead = { pid: 1, startTime: '-1', bootId: 'an earlier boot' };
  const orphan = JSON.stringify({ kind: 'intent', runId: 'three', taskToken: 'dDM=', owner: dead, at: '' });
  appendFileSync(path, `\nnull\n7\n{"kind":"other"}\n${orphan}\n{"kind":"intent","runI`);

  const second = await openHostLedger(path);
  expect(readFileSync(path, 'utf8')).not.toContain('"one"');
  expect((await second.openRuns()).map(({ runId }) => runId)).toEqual(['three']);
  expect(await second.sweepLeftovers()).toEqual([{ runId: 'three', taskToken: 'dDM=', leaked: false }]);
  expect(await second.openRuns()).toEqual([]);
  await second.close();
});
