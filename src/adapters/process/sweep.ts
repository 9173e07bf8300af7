import { setTimeout } from 'node:timers/promises';
import { SWEEP_MS_MAX } from '../../core/limits.ts';
import { killCgroup, removeCgroup } from './cgroup.ts';
import { isAlive, type ProcessIdentity, signalProcess } from './process-identity.ts';
import type { ProcessRow, ProcessTable } from './process-table.ts';

/** Whose processes are to be found. */
export interface SweepTarget {
  readonly runId: string;
  /** First process of the run: leader of its session. */
  readonly leader?: ProcessIdentity;
  /** The kernel ends the whole tree with its leader: one look is enough. */
  readonly heldByKernel?: boolean;
  /** Folder of its control group, removed when it is empty. */
  readonly cgroup?: string | undefined;
}

/** What a sweep reads the processes from, and how long it may take. */
export interface SweepOptions {
  readonly table: ProcessTable;
  readonly deadlineMs?: number;
}

const PAUSE_MS = 10;
/** A scan takes time and can miss a process that is being made or is within exec just then. */
const EMPTY_SCANS_MIN = 2;

/**
 * Kills what is left of a run and repeats until nothing is; answers whether any survived.
 * Found are processes that carry the run's marker, live in its session, or descend from one that does.
 */
export async function sweep(
  target: SweepTarget,
  { table, deadlineMs = SWEEP_MS_MAX }: SweepOptions,
): Promise<boolean> {
  const deadline = performance.now() + deadlineMs;
  for (let emptyScans = target.heldByKernel === true ? 1 : 0; ; ) {
    if (target.cgroup !== undefined) killCgroup(target.cgroup);
    const members = membersOf(target, await table());
    const emptied = target.cgroup === undefined || removeCgroup(target.cgroup);
    emptyScans = members.length === 0 && emptied ? emptyScans + 1 : 0;
    if (emptyScans >= EMPTY_SCANS_MIN) return false;
    for (const member of members) signalProcess(member, 'SIGKILL');
    if (performance.now() >= deadline) return !emptied || members.some(isAlive);
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
