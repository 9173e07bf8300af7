import type { UsageRecord } from '../policy/dispatch/usage-record.ts';
import type { Typical } from '../policy/dispatch/usage-typical.ts';
import type { DispatchResult } from '../schema/dispatch.ts';

/** A dispatch that ended, as the journal hears of it. */
export interface UsageNote {
  readonly agent: string;
  readonly caller: string;
  readonly result: DispatchResult;
  readonly cached?: boolean;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Used where the agent did not say how long it took. */
  readonly wallMs: number;
}

/** What dispatches took and cost, one line each (R-ADX-027). Trouble with it never touches a dispatch. */
export interface UsageJournal {
  note(usage: UsageNote): Promise<void>;
  /** What is usual for an agent; null while too little is known. */
  typical(agent: string): Promise<Typical | null>;
  /** What the journal holds, oldest first; of a long one only the end. */
  records(): Promise<readonly UsageRecord[]>;
}
