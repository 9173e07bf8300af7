/** The fields we need of a Linux `stat` line. */
export interface ProcessStat {
  /** Runs no code of its own any more: a zombie, or on its way out with its memory gone. */
  readonly dead: boolean;
  /** Nothing but its exit status is left. */
  readonly reapable: boolean;
  readonly parent: number;
  readonly session: number;
  /** Field 22, clock ticks since boot, kept as text. */
  readonly startTime: string;
}

/**
 * Reads a `stat` line; the name in brackets may itself hold spaces and brackets, so counting starts after the last one.
 * A process whose first thread has ended looks like a zombie while other threads run: those count as alive.
 */
export function parseProcessStat(line: string): ProcessStat | null {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ', 21);
  const [state, parent, , session] = fields;
  const [threads, , startTime, memory] = fields.slice(17);
  if (state === undefined || startTime === undefined) return null;
  const alone = Number(threads) <= 1;
  const reapable = alone && (state === 'Z' || state === 'X');
  const dead = reapable || (alone && memory === '0');
  return { dead, reapable, parent: Number(parent), session: Number(session), startTime };
}
