import type { RunId, TaskId } from '../ids.ts';

/** What one agent run cost, as it is booked: integer micro-dollars (R-PROD-056, R-SYS-018). */
export interface SpendRow {
  readonly runId: RunId;
  readonly agent: string;
  /** UTC day on which the run was let in, `YYYY-MM-DD` (R-PROD-052). */
  readonly day: string;
  /** When it was booked, epoch milliseconds. */
  readonly at: number;
  /** What counts against budgets. */
  readonly microUsd: number;
  /** The agent's own figure; null = it told none. */
  readonly reportedMicroUsd: number | null;
  /** Its tokens at the prices in force; null = it told none. */
  readonly computedMicroUsd: number | null;
  /** False: neither was told, the reservation is booked. */
  readonly known: boolean;
  readonly surface: 'route' | 'dispatch' | 'role';
  readonly taskId: TaskId | null;
  readonly jobId: string | null;
}

/** Sums of what is booked, integer micro-dollars. */
export interface SpendTotals {
  /** Of the day, by agent. */
  readonly agents: Readonly<Record<string, number>>;
  readonly day: number;
  readonly month: number;
  readonly total: number;
}

/** Which rows to read; newest first. */
export interface SpendFilter {
  readonly day?: string;
  readonly agent?: string;
  readonly taskId?: TaskId;
  readonly jobId?: string;
  readonly limit: number;
}

/** What every run of every surface has cost; never pruned. */
export interface Spend {
  /**
   * Books a run once: what is booked already stays and is answered, unless it was a reservation and now the cost is
   * known. A run that is settled twice, or lost and then heard of, counts once.
   */
  bookSpend(row: SpendRow): Promise<SpendRow>;
  getSpend(runId: RunId): Promise<SpendRow | null>;
  listSpend(filter: SpendFilter): Promise<readonly SpendRow[]>;
  /** Sums of that UTC day alone, of one surface or of all. */
  spentOn(day: string, surface?: SpendRow['surface']): Promise<Pick<SpendTotals, 'agents' | 'day'>>;
  /** Sums of that UTC day, of its month and of all time, leaving out the given runs. */
  spendTotals(day: string, without?: readonly RunId[]): Promise<SpendTotals>;
  /** Sum of what is booked since that UTC day, the day included; micro-dollars. */
  spentSince(day: string): Promise<number>;
}
