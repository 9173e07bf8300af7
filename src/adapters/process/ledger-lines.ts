/** The worker process that wrote a line. */
export interface ProcessOwner {
  readonly pid: number;
  readonly startTime: string;
  readonly bootId: string;
}

/** One line of the host ledger. */
export type LedgerLine = { readonly at: string } & (
  | { readonly kind: 'owner'; readonly owner: ProcessOwner }
  | {
      readonly kind: 'intent';
      readonly runId: string;
      readonly taskToken: string | null;
      readonly owner: ProcessOwner;
    }
  | {
      readonly kind: 'started';
      readonly runId: string;
      readonly pid: number;
      readonly startTime: string;
      readonly bootId: string;
      readonly containment: string;
      readonly cgroup?: string | undefined;
    }
  | { readonly kind: 'ended'; readonly runId: string }
);

/** A run that was begun and not closed. */
export interface OpenRun {
  readonly runId: string;
  readonly taskToken: string | null;
  readonly owner: ProcessOwner;
  /** Its first process; unknown when the worker died between spawn and note. */
  readonly leader: ProcessOwner | null;
  /** Folder of its control group, if it had one. */
  readonly cgroup?: string | undefined;
}

const KINDS = new Set(['owner', 'intent', 'started', 'ended']);

/** Reads the file; a torn line is skipped, wherever it is. */
export function parseLedger(text: string): readonly LedgerLine[] {
  return text.split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return isLedgerLine(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}

function isLedgerLine(value: unknown): value is LedgerLine {
  return typeof value === 'object' && value !== null && 'kind' in value && KINDS.has(String(value.kind));
}

/** Runs begun and not closed, oldest first. */
export function unclosedRuns(lines: readonly LedgerLine[]): readonly OpenRun[] {
  const runs = new Map<string, OpenRun>();
  for (const line of lines) {
    if (line.kind === 'intent') {
      const { runId, taskToken, owner } = line;
      runs.set(runId, { runId, taskToken, owner, leader: null });
    } else if (line.kind === 'started') {
      const run = runs.get(line.runId);
      const { pid, startTime, bootId, cgroup } = line;
      if (run !== undefined) runs.set(line.runId, { ...run, leader: { pid, startTime, bootId }, cgroup });
    } else if (line.kind === 'ended') runs.delete(line.runId);
  }
  return [...runs.values()];
}

/** Unclosed runs whose worker is dead: a living worker looks after its own. */
export function leftoverRuns(
  lines: readonly LedgerLine[],
  isDead: (owner: ProcessOwner) => boolean,
): readonly OpenRun[] {
  return unclosedRuns(lines).filter(({ owner }) => isDead(owner));
}
