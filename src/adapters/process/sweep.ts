import { setTimeout } from 'node:timers/promises';
import { SWEEP_MS_MAX } from '../../core/limits.ts';
import { isAlive, type ProcessIdentity, signalProcess } from './process-identity.ts';
import type { ProcessRow, ProcessTable } from './process-table.ts';

/** Whose processes are to be found. */
export interface SweepTarget {
  readonly runId: string;
  /** First process of the run: leader of its session. */
  readonly leader?: ProcessIdentity;
}

/** What a sweep reads the processes from, and how long it may take. */
export interface SweepOptions {
  readonly table: ProcessTable;
  readonly deadlineMs?: number;
}

const PAUSE_MS = 10;

/**
 * Kills what is left of a run and repeats until nothing is; answers the survivors, none when the run is proven dead.
 * Found are processes that carry the run's marker, live in its session, or descend from one that does.
 */
export async function sweep(
  target: SweepTarget,
  { table, deadlineMs = SWEEP_MS_MAX }: SweepOptions,
): Promise<readonly ProcessRow[]> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const members = membersOf(target, await table());
    if (members.length === 0) return [];
    for (const member of members) signalProcess(member, 'SIGKILL');
    if (performance.now() >= deadline) return members.filter(isAlive);
    await setTimeout(PAUSE_MS);
  }
}

/** The rows that belong to a run; never this process. */
export function membersOf(
  { runId, leader }: SweepTarget,
  rows: readonly ProcessRow[],
): readonly ProcessRow[] {
  // The leader's pid may be in use again: then its session number means somebody else's session.
  const reused = rows.some((row) => row.pid === leader?.pid && row.startTime !== leader.startTime);
  const session = reused ? undefined : leader?.pid;
  const members = new Set(rows.filter((row) => row.runId === runId || row.session === session));
  for (let size = -1; size !== members.size; ) {
    size = members.size;
    const pids = new Set([...members].map((row) => row.pid));
    for (const row of rows) if (pids.has(row.parent)) members.add(row);
  }
  return [...members].filter((row) => row.pid !== process.pid);
}
