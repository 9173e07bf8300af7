import type { TaskId } from '../ids.ts';
import type { Ending } from '../policy/idle/stall.ts';
import type { Wakeup } from '../policy/idle/wakeup.ts';
import type { DayFacts } from '../policy/report/facts.ts';

/** Something that happened, in a ledger's own chain (R-PROD-028, R-PROD-029). */
export interface LedgerNote {
  readonly action: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly taskId?: TaskId;
}

/** A row of the chain. */
export interface LedgerRow extends LedgerNote {
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What a ledger remembers of its days. */
export interface LedgerJournal {
  /** What it says of a UTC day, `YYYY-MM-DD`; what is open is as of now. */
  dayFacts(day: string): Promise<DayFacts>;
  /** How the latest tasks ended, wake-ups left out; newest first (R-PROD-046). */
  endings(): Promise<readonly Ending[]>;
  /** Pending tasks that wait for others. */
  blocked(): Promise<number>;
  note(note: LedgerNote): Promise<void>;
  /** The last row of this action; null = there is none. */
  last(action: string): Promise<LedgerRow | null>;
  /** How many wake-ups in a row found nothing to do, since work was filed, done or the brake was turned (R-PROD-101). */
  consecutiveDone(): Promise<number>;
  /** Puts a wake-up in line, unless one is pending or in progress; null = one is (R-PROD-101). */
  fileWakeup(wakeup: Wakeup): Promise<TaskId | null>;
  /** The latest wake-ups, whatever became of them; few. */
  wakeups(): Promise<readonly TaskId[]>;
  /** Wake-ups that are done and not judged yet, with what came of them (R-PROD-102). */
  unjudgedWakeups(): Promise<readonly WakeupResult[]>;
}

/** A finished wake-up. */
export interface WakeupResult {
  readonly taskId: TaskId;
  /** Tasks that its run filed. */
  readonly tasksQueued: number;
  /** What its agent answered. */
  readonly text: string;
}
