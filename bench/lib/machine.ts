import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

const TICKS_PER_SECOND = 100;

/** CPU of one process so far, without its children (s). */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory of one process (MB). */
export function rssMbOf(pid: number): number {
  const line = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? Number.NaN) / 1024;
}

/** Counters of the whole machine, to be subtracted from later ones. */
export interface MachineTime {
  readonly total: number;
  readonly steal: number;
  readonly idle: number;
}

export function machineTime(): MachineTime {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const numbers = line.trim().split(/\s+/).slice(1, 9).map(Number);
  return {
    total: numbers.reduce((all, one) => all + one, 0),
    steal: numbers[7] ?? 0,
    idle: (numbers[3] ?? 0) + (numbers[4] ?? 0),
  };
}

/** What the machine did beside and under us; a number without it is worth nothing. */
export interface Conditions {
  readonly load1: number;
  readonly stealPercent: number;
  readonly busyPercent: number;
}

/** Starts watching; the answer tells how it was since. */
export function watchConditions(): () => Conditions {
  const before = machineTime();
  return () => {
    const now = machineTime();
    const total = Math.max(1, now.total - before.total);
    return {
      load1: Number(loadavg()[0]?.toFixed(2)),
      stealPercent: Number(((100 * (now.steal - before.steal)) / total).toFixed(2)),
      busyPercent: Math.round(100 - (100 * (now.idle - before.idle)) / total),
    };
  };
}

/** Versions and hardware, for the head of the result. */
export function describeMachine(root: string) {
  const packages = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
    version: string;
    dependencies: Record<string, string>;
  };
  return {
    dispatch: packages.version,
    commit: commitOf(root),
    node: process.version,
    sdk: packages.dependencies['@temporalio/worker'] ?? '?',
    kernel: release(),
    cpu: `${availableParallelism()} x ${cpus()[0]?.model ?? '?'}`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
  };
}

function commitOf(root: string): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { cwd: root, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
