import { join } from 'node:path';
import type { HostView } from '../../adapters/host/live-hosts.ts';
import { isKernelLocked, takeKernelLock } from '../../adapters/local/kernel-lock.ts';
import { prepareStateDir } from '../../adapters/local/state-dir.ts';
import { readUp, removeUp, upLockPath } from '../../adapters/local/up-file.ts';
import { callingPlace } from '../../adapters/process/calling-run.ts';
import { AppError } from '../../core/errors.ts';
import { UP_READY_MS_MAX } from '../../core/limits.ts';
import type { KnownHost } from '../../core/ports/store.ts';
import type { Settings } from '../../core/schema/settings.ts';
import type { Cli } from '../cli.ts';
import { startInBackground, waitUntilUp } from './background-up.ts';

/** What it takes to have a project's workers there. */
export interface EnsureUpOptions {
  readonly settings: Settings;
  /** Workers the store knows of: they may be there without an `up`. */
  hosts(): Promise<readonly KnownHost[]>;
  /** Hears what happens meanwhile. */
  onProgress(text: string): void;
}

/**
 * Sees to it that something carries work out for this state directory: an `up`, or workers by themselves. With neither,
 * one `up` is started in the background, whoever comes first, and everybody waits until it is ready. True = it had to
 * be started or waited for. Throws `no-worker` with the way to the reason.
 */
export async function ensureUp(cli: Cli, options: EnsureUpOptions): Promise<boolean> {
  const { settings, onProgress } = options;
  const { stateDir } = settings;
  const inRun = callingPlace(cli.io.env).runId !== null;
  if (await isUp(options, { seesProcesses: !inRun })) return false;
  if (inRun) throw nobodyWorks();
  prepareStateDir(stateDir);
  const door = await takeKernelLock(join(stateDir, 'up-start.lock'), UP_READY_MS_MAX);
  if (door === null) throw stillStarting(stateDir);
  try {
    if (await isUp(options, { seesProcesses: true })) return true;
    // Somebody else's that is just starting has the lock and has not said so yet.
    const child = isKernelLocked(upLockPath(stateDir)) ? null : await startFresh(cli, settings);
    onProgress('Starting Dispatch in the background; the first time on a machine this takes minutes.');
    await waitUntilUp({ stateDir, child, onProgress, timeoutMs: UP_READY_MS_MAX });
    onProgress('Dispatch is up.');
    return true;
  } finally {
    door.release();
  }
}

async function isUp({ settings, hosts }: EnsureUpOptions, view: HostView): Promise<boolean> {
  if ((await readUp(settings.stateDir)) !== null) return true;
  const { anyLive } = await import('../../adapters/host/live-hosts.ts');
  return anyLive(await hosts(), Date.now(), view);
}

/** What a killed `up` left behind must not look like the new one. */
async function startFresh(cli: Cli, settings: Settings) {
  removeUp(settings.stateDir);
  return startInBackground(cli, settings);
}

/** What an agent starts ends with the agent, and so would the `up`. */
const nobodyWorks = (): AppError =>
  new AppError('no-worker', 'nothing carries out work for this project any more', {
    hint: 'a person can bring it back with: dispatch up',
  });

const stillStarting = (stateDir: string): AppError =>
  new AppError('no-worker', 'Dispatch is still being started in the background', {
    hint: `try again in a minute; ${join(stateDir, 'up.log')} says how far it is`,
  });
