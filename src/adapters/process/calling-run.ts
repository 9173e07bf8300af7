import { ANCESTORS_MAX } from '../../core/dispatch-limits.ts';
import { readProcFile } from './proc-file.ts';
import { parseProcessStat } from './process-stat.ts';
import { RUN_MARKER } from './process-table.ts';

/** Where among runs a process stands, by what it and those above it were started with. */
export interface CallingPlace {
  /** The run it belongs to; null = none that can be seen. */
  readonly runId: string | null;
  /** How deep in calls of agents by agents; 0 = outside. */
  readonly depth: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What upstream's tools read, too. */
const DEPTH = 'AGENT_DISPATCH_DEPTH';

/**
 * The run this process was started in. Whoever cleared the environment on the way has not left the run: the nearest
 * process above that still names one counts then (R-AD-031). Linux only; elsewhere the own environment has to do.
 */
export function callingPlace(env: Environment, parent: number = process.ppid): CallingPlace {
  const own = placeIn(env);
  if (own.runId !== null || process.platform !== 'linux') return own;
  let pid = parent;
  for (let count = 0; pid > 0 && count < ANCESTORS_MAX; count += 1) {
    const above = placeIn(environmentOf(pid));
    if (above.runId !== null) return { ...above, depth: Math.max(own.depth, above.depth) };
    pid = parseProcessStat(readProcFile(`/proc/${pid}/stat`)?.toString('latin1') ?? '')?.parent ?? 0;
  }
  return own;
}

/** Anything but a count is no depth. */
function placeIn(env: Environment): CallingPlace {
  const { [RUN_MARKER]: runId = '', [DEPTH]: depth = '' } = env;
  return { runId: runId === '' ? null : runId, depth: /^\d{1,6}$/.test(depth) ? Number(depth) : 0 };
}

/** Of a process of somebody else nothing can be read. */
function environmentOf(pid: number): Environment {
  const entries = (readProcFile(`/proc/${pid}/environ`)?.toString('utf8') ?? '').split('\0');
  const wanted = entries.filter(
    (entry) => entry.startsWith(`${RUN_MARKER}=`) || entry.startsWith(`${DEPTH}=`),
  );
  return Object.fromEntries(
    wanted.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
}
