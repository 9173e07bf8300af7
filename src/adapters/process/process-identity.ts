import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseProcessStat } from './process-stat.ts';

/** Tells a process from a later one with the same pid (R-SYS-033). */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

/** The kernel's start time of a living or unreaped process, or null when there is none. */
export function startTimeOf(pid: number): string | null {
  try {
    if (process.platform === 'darwin') return darwinStartTime(pid);
    return parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.startTime ?? null;
  } catch {
    return null;
  }
}

/** Does exactly this process still live? A zombie does not. */
export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  if (process.platform === 'darwin') return startTimeOf(pid) === startTime;
  try {
    const stat = parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    return stat !== null && !stat.dead && stat.startTime === startTime;
  } catch {
    return false;
  }
}

/** Signals exactly this process; a pid that was given to another one is left alone. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (isAlive(identity)) sendSignal(identity.pid, signal);
}

/** Sends a signal to a pid, or to a group when negative; one that is gone or not ours is no error. */
export function sendSignal(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // ESRCH: it ended first. EPERM: it took another user's id; the sweep reports it as leaked.
  }
}

let cachedBootId: string | undefined;

/** Changes with every boot: after one, no recorded process lives. */
export function bootId(): string {
  cachedBootId ??= readBootId();
  return cachedBootId;
}

function readBootId(): string {
  if (process.platform === 'darwin')
    return execFileSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).trim();
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function darwinStartTime(pid: number): string | null {
  const env = { PATH: '/bin:/usr/bin', LC_ALL: 'C' };
  const line = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env }).trim();
  return line === '' ? null : line;
}
