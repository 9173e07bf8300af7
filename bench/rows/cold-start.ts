import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Bench, type Row, writeProject } from '../lib/bench.ts';
import { watchConditions } from '../lib/machine.ts';
import { median, wallMs } from '../lib/numbers.ts';

const run = promisify(execFile);
const UP_MS_MAX = 2_500;
const WARM_MS_MAX = 1_000;
const STATUS_MS_MAX = 120;

/** P12: from the start of \`dispatch up\` to the first agent, with and without a server; and how quick a read is. */
export async function coldStartRows(bench: Bench): Promise<readonly Row[]> {
  const conditions = watchConditions();
  const cold: number[] = [];
  const warm: number[] = [];
  const status: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < (bench.quick ? 1 : 5); round += 1) {
    bench.say(`P12 cold start: round ${round + 1}`);
    cold.push(await firstAgent(bench, { ownServer: true }));
    warm.push(await firstAgent(bench, { ownServer: false, status, bare }));
  }
  const base = { ratio: null, conditions: conditions() };
  const row = (id: string, what: string, ours: number, max: number, floor: number | null = null): Row => ({
    ...{ ...base, id, what, unit: 'ms', ours, floor, target: `<= ${max}`, reached: ours <= max },
  });
  return [
    row('P12.up', 'up with its own Temporal -> first agent', median(cold), UP_MS_MAX),
    row('P12.warm', 'up on a running Temporal -> first agent', median(warm), WARM_MS_MAX),
    row('P12.status', 'dispatch status; floor: node -e 0', median(status), STATUS_MS_MAX, median(bare)),
  ];
}

interface Start {
  readonly ownServer: boolean;
  readonly status?: number[];
  readonly bare?: number[];
}

async function firstAgent(bench: Bench, { ownServer, status, bare }: Start): Promise<number> {
  const name = randomUUID();
  const queues = { Todo: [{ id: '1', name }], 'In Progress': [], Done: [] };
  const { dir } = writeProject(bench, { queues, ...(ownServer ? { address: null } : {}) });
  const env = { ...process.env, XDG_STATE_HOME: join(dir, 'state') };
  const cli = join(bench.code, 'cli', 'main.js');
  const at = wallMs();
  const up = spawn(process.execPath, [cli, 'up'], {
    ...{ cwd: dir, env, stdio: 'ignore' as const },
  });
  const ended = new Promise((resolve) => up.once('exit', resolve));
  try {
    const took = (await bench.witness.of(name, 60_000)) - at;
    for (let count = 0; status !== undefined && bare !== undefined && count < 5; count += 1) {
      status.push(await timed([cli, 'status'], dir, env));
      bare.push(await timed(['-e', '0'], dir, env));
    }
    return took;
  } finally {
    up.kill('SIGTERM');
    await ended;
    if (ownServer) stopLocalServer(join(dir, 'state', 'dispatch', 'temporal', 'server.json'));
  }
}

async function timed(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<number> {
  const start = performance.now();
  await run(process.execPath, [...args], { cwd, env });
  return performance.now() - start;
}

/** The last one out stops the server; should it have failed to, nothing may be left behind. */
function stopLocalServer(file: string): void {
  try {
    process.kill((JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid, 'SIGKILL');
  } catch {
    // It is gone already, as it should be.
  }
}
