import { type Bench, pause, type Subject } from './bench.ts';
import type { Child } from './child.ts';
import { cpuSecondsOf } from './machine.ts';

/** What one stretch of work brought and cost. */
export interface Stretch {
  readonly perHour: number;
  readonly workerCpuMs: number;
  readonly serverCpuMs: number;
  readonly tasks: number;
}

/** The slots must be full and the caches warm before a count means anything. */
export const WARM_UP_MS = 2_500;

/** Counts the agents that sign in during so many milliseconds. */
export async function measureStretch(bench: Bench, { child }: Subject, ms: number): Promise<Stretch> {
  await pause(WARM_UP_MS);
  const before = { tasks: bench.witness.all().length, at: performance.now(), ...cpuOf(bench, child) };
  await pause(ms);
  const seconds = (performance.now() - before.at) / 1000;
  const tasks = bench.witness.all().length - before.tasks;
  return stretchOf({ tasks, seconds, before, after: cpuOf(bench, child) });
}

type Cpu = { readonly worker: number; readonly server: number };

/** CPU of one process and of the server so far (s). */
export const cpuOf = (bench: Bench, child: Child): Cpu => ({
  worker: cpuSecondsOf(child.pid),
  server: cpuSecondsOf(bench.serverPid),
});

/** A stretch from what was counted before and after it. */
export function stretchOf(one: { tasks: number; seconds: number; before: Cpu; after: Cpu }): Stretch {
  const { tasks, seconds, before, after } = one;
  return {
    tasks,
    perHour: (tasks / seconds) * 3600,
    workerCpuMs: ((after.worker - before.worker) * 1000) / tasks,
    serverCpuMs: ((after.server - before.server) * 1000) / tasks,
  };
}
