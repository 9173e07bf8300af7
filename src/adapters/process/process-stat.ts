/** The fields we need of a Linux `stat` line. */
export interface ProcessStat {
  /** Zombie or being removed: takes no signal any more. */
  readonly dead: boolean;
  readonly parent: number;
  readonly session: number;
  /** Field 22, clock ticks since boot, kept as text. */
  readonly startTime: string;
}

/** Reads a `stat` line; the name in brackets may itself hold spaces and brackets, so counting starts after the last one. */
export function parseProcessStat(line: string): ProcessStat | null {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [state, parent, , session] = fields;
  const startTime = fields[19];
  if (state === undefined || startTime === undefined) return null;
  return {
    dead: state === 'Z' || state === 'X',
    parent: Number(parent),
    session: Number(session),
    startTime,
  };
}
