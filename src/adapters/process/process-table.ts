import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { readDarwinTable } from './darwin-table.ts';
import { parseProcessStat } from './process-stat.ts';

/** One living process as the sweep sees it. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  readonly startTime: string;
  /** The marker in its environment: the run it belongs to. */
  readonly runId: string | null;
}

/** Variable that marks every process of a run. */
export const RUN_MARKER = 'DISPATCH_RUN_ID';

const MARKER_PREFIX = Buffer.from(`${RUN_MARKER}=`);
const ROWS_PER_SLICE = 50;

/** The processes alive right now, without zombies; the event loop runs between slices of the scan. */
export async function readProcessTable(): Promise<readonly ProcessRow[]> {
  if (process.platform === 'darwin') return readDarwinTable();
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const rows: ProcessRow[] = [];
  for (const [index, pid] of pids.entries()) {
    if (index % ROWS_PER_SLICE === ROWS_PER_SLICE - 1) await setImmediate();
    const row = readRow(Number(pid));
    if (row !== null) rows.push(row);
  }
  return rows;
}

/** A reader that lets all who ask before a scan begins share that one scan: 100 runs that end together cost one. */
export function createProcessTable(read = readProcessTable): () => Promise<readonly ProcessRow[]> {
  let next: Promise<readonly ProcessRow[]> | null = null;
  let running: Promise<unknown> = Promise.resolve();
  return () => {
    next ??= running.then(() => {
      const scan = read();
      running = scan.catch(() => undefined);
      next = null;
      return scan;
    });
    return next;
  };
}

function readRow(pid: number): ProcessRow | null {
  try {
    const stat = parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    if (stat === null || stat.dead) return null;
    return {
      pid,
      parent: stat.parent,
      session: stat.session,
      startTime: stat.startTime,
      runId: readMarker(pid),
    };
  } catch {
    return null; // It ended while we looked.
  }
}

/** Another user's environment cannot be read: such a process carries no marker we know. */
function readMarker(pid: number): string | null {
  try {
    return findMarker(readFileSync(`/proc/${pid}/environ`));
  } catch {
    return null;
  }
}

/** The marker's value in a NUL-separated environment, or null. */
export function findMarker(environment: Buffer): string | null {
  let at = environment.indexOf(MARKER_PREFIX);
  while (at > 0 && environment[at - 1] !== 0) at = environment.indexOf(MARKER_PREFIX, at + 1);
  if (at === -1) return null;
  const end = environment.indexOf(0, at);
  return environment.toString('utf8', at + MARKER_PREFIX.length, end === -1 ? environment.length : end);
}
