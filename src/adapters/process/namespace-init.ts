import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ProcessIdentity, startTimeOf } from './process-identity.ts';
import { parseProcessStat } from './process-stat.ts';

/** PID 1 of a run's namespace. The kernel lets it end only after every other process in there has. */
export interface NamespaceInit {
  /** True: everything of the namespace is dead. False: nothing is known, a sweep must tell. */
  gone(): Promise<boolean>;
}

/** It dies by the death of the process we watch, within some 1 ms (ms). */
const GONE_MS_MAX = 100;
const LOOK_MS = 1;
const TOLD_BYTES_MAX = 32;

/** Hears from the pipe of a run's first process which process its namespace's PID 1 is, as this host counts. */
export function followInit(pipe: Readable): NamespaceInit {
  let told = '';
  let init: ProcessIdentity | null = null;
  const heard = new Promise<void>((resolve) => {
    pipe.on('data', (chunk: Buffer) => {
      told += chunk.toString('latin1', 0, TOLD_BYTES_MAX);
      if (!told.includes('\n') && told.length < TOLD_BYTES_MAX) return;
      const pid = /^\d+(?=\n)/.test(told) ? Number.parseInt(told, 10) : 0;
      // One that has ended already has no start time, and no other process can have its pid so soon.
      if (pid > 1) init = { pid, startTime: startTimeOf(pid) ?? '' };
      pipe.destroy();
    });
    pipe.on('error', () => undefined);
    pipe.once('close', resolve);
  });
  return {
    async gone() {
      const deadline = performance.now() + GONE_MS_MAX;
      await Promise.race([heard, sleep(GONE_MS_MAX, undefined, { ref: false })]);
      pipe.destroy();
      while (init !== null) {
        if (hasEnded(init)) return true;
        if (performance.now() >= deadline) return false;
        await sleep(LOOK_MS);
      }
      return false;
    },
  };
}

/** While it waits for the last of the others its memory is gone already: that does not count yet. */
function hasEnded({ pid, startTime }: ProcessIdentity): boolean {
  try {
    const stat = parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    return stat === null || stat.startTime !== startTime || stat.reapable;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ESRCH';
  }
}
