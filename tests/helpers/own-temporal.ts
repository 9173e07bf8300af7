import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The script under test, and the one that starts every Temporal server of the tests. */
export const TEMPORAL_SCRIPT = fileURLToPath(new URL('../../temporal-dev.sh', import.meta.url));

/** How a run of the script ended. */
export interface ScriptResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `temporal-dev.sh` to its end; never rejects, a script that hangs is killed after `timeoutMs`. */
export function runTemporalScript(
  args: readonly string[],
  { env = process.env, timeoutMs = 60_000 }: { env?: NodeJS.ProcessEnv; timeoutMs?: number } = {},
): Promise<ScriptResult> {
  return new Promise((resolve) => {
    const child = execFile(
      '/bin/bash',
      [TEMPORAL_SCRIPT, ...args],
      { env, timeout: timeoutMs },
      (error, stdout, stderr) => {
        resolve({ exitCode: error ? (child.exitCode ?? 124) : 0, stdout, stderr });
      },
    );
    child.stdin?.end();
  });
}

/** A TCP port of 127.0.0.1 that nobody listens on right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Is this process there (a zombie counts as gone where we can see it)? */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/\) Z /.test(stat);
}

/** Waits until the process is gone, at most `timeoutMs`. */
export async function untilGone(pid: number, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (await isAlive(pid)) {
    if (Date.now() > deadline) throw new Error(`process ${pid} is still there after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A Temporal server that belongs to one test alone, so that it may be killed. */
export interface OwnTemporal {
  /** `127.0.0.1:<port>`; the same after a restart. */
  readonly address: string;
  /** Changes with each restart. */
  readonly pid: number;
  /** SIGKILL, and wait until it is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port and database after `kill`. */
  restart(): Promise<void>;
  /** Stops it and removes everything it left; safe to call twice. */
  stop(): Promise<void>;
}

export interface OwnTemporalOptions {
  /** Database file that survives `restart`; without one nothing does. */
  readonly dbFile?: string;
}

/** Starts a real dev server on a free port of 127.0.0.1, without Web UI. */
export async function startOwnServer({ dbFile }: OwnTemporalOptions = {}): Promise<OwnTemporal> {
  const stateDir = await mkdtemp(join(tmpdir(), 'dispatch-temporal-'));
  const port = await freePort();
  const args = ['--state-dir', stateDir, '--port', String(port), '--headless', '--db', dbFile ?? ':memory:'];
  let pid = 0;
  const killNow = () => {
    if (pid > 0) process.kill(pid, 'SIGKILL');
  };
  const start = async () => {
    const result = await runTemporalScript(['start', '--json', ...args], { timeoutMs: 600_000 });
    if (result.exitCode !== 0) throw new Error(`no Temporal server for the tests: ${result.stderr}`);
    pid = (JSON.parse(result.stdout) as { pid: number }).pid;
  };
  const kill = async () => {
    const last = pid;
    if (last === 0) return;
    pid = 0;
    process.kill(last, 'SIGKILL');
    await untilGone(last);
  };
  const stop = async () => {
    process.off('exit', killNow);
    await kill();
    await rm(stateDir, { recursive: true, force: true });
  };
  process.once('exit', killNow);
  await start();
  return {
    address: `127.0.0.1:${port}`,
    get pid() {
      return pid;
    },
    kill,
    restart: start,
    stop,
  };
}
