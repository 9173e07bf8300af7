import type { StalledTask } from '../idle/stall.ts';

/** Money is integer micro-dollars, times are epoch milliseconds. */
export interface ReportFacts extends DayFacts {
  /** Name for people. */
  readonly title: string;
  /** UTC day it is about, `YYYY-MM-DD`. */
  readonly date: string;
  readonly at: number;
  /** From a ledger of ai-producer, else from our own records. */
  readonly source: 'ledger' | 'records';
  /** Set only when the price table is stale. */
  readonly pricesOldDays: number | null;
  readonly caps: {
    /** Sum of the agents' daily caps; 0 = none has one. */
    readonly alarmMicroUsd: number;
    readonly ceilingMicroUsd: number | null;
  };
  /** Part of what was spent: what the ledger knows nothing of, such as calls. */
  readonly besideMicroUsd: number;
  readonly brake: { readonly armed: boolean; readonly reason: string | null };
  /** In progress, and nothing works on it or for far too long. */
  readonly stuck: readonly { readonly id: string; readonly agent: string; readonly minutes: number | null }[];
  /** Runs of the day whose cost is not known and was booked as what was held for them. */
  readonly unknownCosts: number;
  /** Tools that runs of the day were refused, and in how many; most first. */
  readonly denied: readonly { readonly agent: string; readonly tool: string; readonly runs: number }[];
  /** Where the work of a team ended that has none left (R-PROD-046). */
  readonly stall: readonly StalledTask[];
  /** Finished on that day without anybody moving them. */
  readonly unmoved: readonly string[];
  readonly questions: readonly OpenItem[];
  readonly previous: ReportTotals | null;
}

/** What an earlier report said. */
export interface ReportTotals {
  readonly date: string;
  readonly shipped: number;
  readonly spentMicroUsd: number;
}

/** Something that waits for a person. */
export interface OpenItem {
  readonly id: string;
  readonly title: string;
  readonly agent: string;
  readonly reason: string;
}

/** What the board, or the records of a board without such facts, say of one UTC day. */
export interface DayFacts {
  readonly shipped: {
    readonly count: number;
    /** The latest; not all of them. */
    readonly listed: readonly ShippedTask[];
    /** Most first. */
    readonly byAgent: readonly { readonly agent: string; readonly count: number }[];
  };
  readonly signOff: { readonly count: number; readonly listed: readonly OpenItem[] };
  readonly failed: readonly (OpenItem & { readonly retryCount: number })[];
  readonly spentMicroUsd: number;
  /** Most first. */
  readonly spend: readonly AgentSpend[];
  readonly assets: readonly { readonly type: string; readonly count: number; readonly microUsd: number }[];
  readonly drift: readonly {
    readonly agent: string;
    readonly computedMicroUsd: number;
    readonly actualMicroUsd: number;
  }[];
  readonly inProgress: {
    readonly count: number;
    readonly listed: readonly {
      readonly id: string;
      readonly agent: string;
      readonly since: number | null;
    }[];
  };
  readonly failedPending: number;
  /** Waiting for others that are not done. */
  readonly blocked: number;
  readonly oldestWaiting: { readonly id: string; readonly agent: string; readonly since: number } | null;
  readonly hotSpots: readonly { readonly id: string; readonly agent: string; readonly retryCount: number }[];
}

export interface ShippedTask {
  readonly id: string;
  readonly title: string;
  readonly agent: string;
  readonly microUsd: number | null;
}

/** Caps of 0 = none is set. */
export interface AgentSpend {
  readonly agent: string;
  readonly spentMicroUsd: number;
  readonly capMicroUsd: number;
  readonly softCapMicroUsd: number;
}
