import { createHash } from 'node:crypto';
import {
  AUDIT_GENESIS_PREV_HASH,
  upstreamAuditText,
  upstreamDetailText,
} from '../../../core/policy/audit/chain-upstream.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { type LedgerTables, ledger } from './ledger-tables.ts';
import { isoSeconds } from './times.ts';

/** Who does what the dispatcher does, in a ledger's words. */
export const PRODUCER = 'producer';

/** One thing that happened; `detail` is plain JSON. */
export interface LedgerEvent {
  readonly agentOwner: string;
  readonly action: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly taskId?: string | null;
  readonly costUsd?: number;
}

const lastHash = query((_: object) =>
  ledger.selectFrom('auditLog').select('rowHash').orderBy('id', 'desc').limit(1),
);

const insert = query((a: Omit<LedgerTables['auditLog'], 'id'>) =>
  ledger.insertInto('auditLog').values({
    agentOwner: a.agentOwner,
    taskId: a.taskId,
    action: a.action,
    detail: a.detail,
    costUsd: a.costUsd,
    timestamp: a.timestamp,
    prevHash: a.prevHash,
    rowHash: a.rowHash,
  } as never),
);

/** SHA-256 of a text, in hex. */
export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** Hash of the last row of the chain, or the one a chain begins with. */
export const latestHash = (connection: Connection): string =>
  connection.get(lastHash, {})?.rowHash ?? AUDIT_GENESIS_PREV_HASH;

/** Adds a row to the chain (R-PROD-028); inside the transaction of what it tells of. Answers its hash. */
export function appendEvent(connection: Connection, event: LedgerEvent, nowMs = Date.now()): string {
  const facts = {
    prevHash: latestHash(connection),
    agentOwner: event.agentOwner,
    taskId: event.taskId ?? null,
    action: event.action,
    detail: upstreamDetailText(event.detail),
    costUsd: event.costUsd ?? 0,
    timestamp: isoSeconds(nowMs),
  };
  const rowHash = sha256(upstreamAuditText(facts));
  connection.run(insert, { ...facts, rowHash });
  return rowHash;
}
