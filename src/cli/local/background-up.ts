import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isFree } from '../../adapters/local/free-port.ts';
import { isKernelLocked } from '../../adapters/local/kernel-lock.ts';
import { readUp, upLockPath } from '../../adapters/local/up-file.ts';
import { AppError, isErrorCode } from '../../core/errors.ts';
import type { Settings } from '../../core/schema/settings.ts';
import type { Cli } from '../cli.ts';
import { followLines, readTail } from './log-lines.ts';

/** The entry point beside us, in sources and in a build alike. */
const ENTRY = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../main.ts' : '../main.js', import.meta.url),
);
const LOOK_MS = 100;

/** An `up` without a terminal, and where it writes. */
export interface BackgroundUp {
  readonly child: ChildProcess;
  readonly log: string;
}

/** Variables that say who we are, and would make the agents of this `up` believe it of themselves. */
const OURS =
  /^(DISPATCH_(RUN_ID|TASK_ID|API_URL|API_TOKEN|PROJECT|STATE_DIR)|AGENT_DISPATCH_DEPTH|CLAUDECODE|CLAUDE_CODE_(SESSION_ID|ENTRYPOINT|SSE_PORT))$/;

/** Starts `dispatch up` in a session of its own: it outlives us and whoever started us. */
export async function startInBackground(cli: Cli, settings: Settings): Promise<BackgroundUp> {
  const { stateDir, baseDir, api } = settings;
  const log = join(stateDir, 'up.log');
  rmSync(`${log}.1`, { force: true });
  try {
    renameSync(log, `${log}.1`);
  } catch {
    // There was none.
  }
  const file = openSync(log, 'a', 0o600);
  try {
    const port = (await isFree(api.port, api.host)) ? [] : ['--port', '0'];
    const flags = ['--dir', baseDir, '--json', ...flagsOf(cli), ...port];
    const child = spawn(process.execPath, [...process.execArgv, ENTRY, ...flags, 'up'], {
      ...{ cwd: baseDir, detached: true, stdio: ['ignore', file, file] },
      env: Object.fromEntries(Object.entries(cli.io.env).filter(([name]) => !OURS.test(name))),
    });
    child.once('error', () => undefined);
    child.unref();
    return { child, log };
  } finally {
    closeSync(file);
  }
}

/** The flags we were given that decide what an `up` is. */
function flagsOf({ globals }: Cli): string[] {
  const { project, host, temporalAddress, namespace } = globals;
  const given = { project, host, 'temporal-address': temporalAddress, namespace };
  return Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
}

export interface WaitOptions {
  readonly stateDir: string;
  /** Null: somebody else started it. */
  readonly child: BackgroundUp | null;
  onProgress(text: string): void;
  readonly timeoutMs: number;
}

/** Waits until an `up` says that it is ready; throws its own error when it ended instead. */
export async function waitUntilUp({ stateDir, child, onProgress, timeoutMs }: WaitOptions): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  const lines = child === null ? null : followLines(child.log);
  for (;;) {
    for (const line of lines?.next() ?? []) if (!line.startsWith('{')) onProgress(line);
    if ((await readUp(stateDir)) !== null) return;
    const isOver =
      child === null
        ? !isKernelLocked(upLockPath(stateDir))
        : (child.child.exitCode ?? child.child.signalCode);
    // Somebody who came first holds the lock: ours was turned away, theirs is worth waiting for.
    if (isOver !== null && isOver !== false && !isKernelLocked(upLockPath(stateDir))) throw reasonOf(child);
    if (performance.now() > deadline) {
      throw new AppError('no-worker', `Dispatch is not up after ${timeoutMs / 1000} s; it goes on starting`, {
        hint: `try again in a minute; ${join(stateDir, 'up.log')} says how far it is`,
      });
    }
    await delay(LOOK_MS);
  }
}

/** What the `up` said on its way out. */
function reasonOf(up: BackgroundUp | null): AppError {
  if (up === null)
    return new AppError('no-worker', 'dispatch up has ended', { hint: 'start it: dispatch up' });
  const { child, log } = up;
  for (const line of readTail(log).toReversed()) {
    const said = line.startsWith('{"error"') ? parsed(line) : null;
    if (said?.error === undefined) continue;
    const code = said.code !== undefined && isErrorCode(said.code) ? said.code : 'no-worker';
    return new AppError(code, `dispatch up: ${said.error}`, { hint: said.hint ?? `see ${log}` });
  }
  const how = child.exitCode === null ? `signal ${child.signalCode}` : `exit code ${child.exitCode}`;
  return new AppError('no-worker', `dispatch up ended with ${how}`, { hint: `see ${log}` });
}

function parsed(line: string): { error?: string; code?: string; hint?: string } | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
