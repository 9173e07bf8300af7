import type { ChainHead } from '../../core/policy/audit/chain.ts';
import type { SpendRow } from '../../core/ports/spend.ts';
import type { KeptAnswer, KnownHost, RouteOverlay } from '../../core/ports/store.ts';
import type { TaskState } from '../../core/schema/run-record.ts';
import { sqlBuilder } from './query.ts';

/** Every table holds the rows of many projects. */
interface OfProject {
  readonly project: string;
}

/** Rows of `records.db`; names are snake_case in the file. Times are epoch milliseconds. */
export interface RecordsTables {
  taskStates: OfProject & TaskState;
  effects: OfProject & { key: string; state: 'begun' | 'done'; begunAt: number; doneAt: number | null };
  keptKeys: OfProject & KeptAnswer & { key: string };
  routeOverlays: OfProject & RouteOverlay;
  counters: OfProject & { name: string; value: number };
  governorStates: OfProject & { state: string; updatedAt: number };
  locks: OfProject & { name: string; owner: string; expiresAt: number };
  hosts: OfProject & KnownHost;
  spend: OfProject & Omit<SpendRow, 'known'> & { known: number };
  texts: OfProject & { reference: string; body: string; bytes: number; usedAt: number };
  audit: OfProject & {
    seq: number;
    at: number;
    channel: string;
    actor: string;
    action: string;
    subject: string;
    detail: string;
    prevHash: string | null;
    hash: string | null;
  };
  auditHeads: OfProject & ChainHead;
}

/** Writes queries for `records.db`. */
export const records = sqlBuilder<RecordsTables>();
