import { readdirSync } from 'node:fs';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { readDarwinTable } from './darwin-table.ts';
import { readProcFile } from './proc-file.ts';
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

/** Reads the processes alive right now, without zombies. */
export type ProcessTable = () => Promise<readonly ProcessRow[]>;

/** Variable that marks every process of a run. */
export const RUN_MARKER = 'DISPATCH_RUN_ID';

const MARKER_PREFIX = Buffer.from(`${RUN_MARKER}=`);
const ROWS_PER_SLICE = 50;

/**
 * The table of this host. All who ask before a scan begins share that one scan, and scans take at most half of the time:
 * a hundred runs that end together cost a few.
 */
export function createProcessTable(read: ProcessTable = createReader()): ProcessTable {
  let next: ReturnType<ProcessTable> | null = null;
  let rested: Promise<unknown> = Promise.resolve();
  return () => {
    next ??= rested.then(() => {
      const startedAt = performance.now();
      const scan = read();
      const rest = () => setTimeout(performance.now() - startedAt);
      rested = scan.then(rest, rest);
      next = null;
      return scan;
    });
    return next;
  };
}

type ReadRow = ProcessRow & { readonly unread: boolean };

function createReader(): ProcessTable {
  if (process.platform === 'darwin') return readDarwinTable;
  // A process joins a run at birth or never, so its environment is read once. Not so while it is empty: for a moment
  // within exec it is, whatever comes after. The first process of a run, which gets its marker by exec, is known by
  // its session.
  let known = new Map<number, ReadRow>();
  return async () => {
    const rows: typeof known = new Map();
    const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
    for (const [index, pid] of pids.entries()) {
      // The event loop has its turn between slices.
      if (index % ROWS_PER_SLICE === ROWS_PER_SLICE - 1) await setImmediate();
      const cached = known.get(pid);
      const row = readRow(pid, cached?.unread ? undefined : cached);
      if (row !== null) rows.set(pid, row);
    }
    known = rows;
    return [...rows.values()];
  };
}

function readRow(pid: number, earlier: ReadRow | undefined): ReadRow | null {
  const stat = parseProcessStat(readProcFile(`/proc/${pid}/stat`)?.toString('latin1') ?? '');
  if (stat === null || stat.dead) return null;
  const { parent, session, startTime } = stat;
  if (earlier?.startTime === startTime) return { ...earlier, parent, session };
  // Another user's environment cannot be read: such a process carries no marker we know.
  const environment = readProcFile(`/proc/${pid}/environ`);
  const runId = environment === null ? null : findMarker(environment);
  return { pid, parent, session, startTime, runId, unread: environment?.length === 0 };
}

/** The marker's value in a NUL-separated environment, or null. */
export function findMarker(environment: Buffer): string | null {
  let at = environment.indexOf(MARKER_PREFIX);
  while (at > 0 && environment[at - 1] !== 0) at = environment.indexOf(MARKER_PREFIX, at + 1);
  if (at === -1) return null;
  const end = environment.indexOf(0, at);
  return environment.toString('utf8', at + MARKER_PREFIX.length, end === -1 ? environment.length : end);
}
