import type { Database } from './database.ts';

/** What each part of the store is bound to. */
export interface PartConfig {
  readonly database: Database;
  readonly project: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}
