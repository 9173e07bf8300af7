import type { RunId } from '../ids.ts';
import type {
  AdmitAnswer,
  AdmitRequest,
  Held,
  ReleaseAnswer,
  ReleaseRequest,
  Room,
} from '../policy/governor/state.ts';
import type { MoneyPolicy } from '../policy/money/money-state.ts';

/** The project's authority as activities see it; starts it when it is not there. */
export interface Governor {
  admit(request: AdmitRequest): Promise<AdmitAnswer>;
  release(request: ReleaseRequest): Promise<ReleaseAnswer>;
  /** What this lease id holds, by Query. */
  held(leaseId: RunId): Promise<Held>;
  withdraw(leaseId: string): Promise<void>;
  /** Tells what a run has spent so far; answers what it may spend in all, micro-dollars, null = no cap. */
  spend(spent: { readonly leaseId: string; readonly microUsd: number }): Promise<number | null>;
  /** Nothing that runs on this account is let in until then (epoch ms); what runs goes on (R-SYS-021). */
  restAccount(rest: {
    readonly account: string;
    readonly until: number;
    readonly reason: string;
  }): Promise<void>;
  /** Slots and open tasks of a pool by Query; used when no admission told them lately. */
  room(pool: string): Promise<Room>;
  /** Makes these the pools' limits where they differ; a governor that is not there is left alone. */
  setPools(limits: Readonly<Record<string, number>>): Promise<void>;
  /** Passes on what the configuration says of money and failing agents; as `setPools`. */
  setPolicy(policy: MoneyPolicy): Promise<void>;
}
