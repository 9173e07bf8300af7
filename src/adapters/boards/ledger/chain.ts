import { AUDIT_GENESIS_PREV_HASH, upstreamRowProblem } from '../../../core/policy/audit/chain-upstream.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { sha256 } from './audit.ts';
import { ledger } from './ledger-tables.ts';
import { readState, writeState } from './state.ts';

/** The first place at which a chain is not what it says it is. */
export interface ChainFault {
  readonly id: number;
  readonly problem: string;
}

/** What looking through an audit chain gave. */
export interface ChainReport {
  /** Rows looked at. */
  readonly checked: number;
  /** Number of the last good row; 0 = none. */
  readonly lastId: number;
  readonly lastHash: string;
  readonly fault: ChainFault | null;
}

/** A row up to which the chain is known; `numbered`: the highest number given out by then. */
interface Mark {
  readonly id: number;
  readonly hash: string;
  readonly numbered: number;
}

const PAGE = 1_000;
/** Rows up to this one were looked through and good. */
const VERIFIED = 'audit_verified';
/** Up to this one a person has taken the chain as it is. */
const ACCEPTED = 'audit_accepted';
const BEGIN: Mark = { id: 0, hash: AUDIT_GENESIS_PREV_HASH, numbered: 0 };

const page = query((a: { after: number }) =>
  ledger.selectFrom('auditLog').selectAll().where('id', '>', a.after).orderBy('id').limit(PAGE),
);
const hashAt = query((a: { id: number }) =>
  ledger.selectFrom('auditLog').select('rowHash').where('id', '=', a.id),
);
const lastRow = query((_: object) =>
  ledger.selectFrom('auditLog').select(['id', 'rowHash']).orderBy('id', 'desc').limit(1),
);
const highest = query((_: object) =>
  ledger.selectFrom('sqliteSequence').select('seq').where('name', '=', 'audit_log'),
);

/**
 * Looks through the chain for the first bad row: a changed or missing one, one out of order, a tail that was cut off
 * (R-PROD-028). What was found good before is looked at again only when `whole`.
 */
export function chainReport(connection: Connection, { whole }: { readonly whole: boolean }): ChainReport {
  // Before the rows: one that another process adds meanwhile must not look as if it were gone.
  const given = connection.get(highest, {})?.seq ?? 0;
  const start = whole ? markAt(connection, ACCEPTED) : newest(connection);
  let last = { id: start.id, hash: start.hash };
  let checked = 0;
  const answer = (fault: ChainFault | null) => ({ checked, lastId: last.id, lastHash: last.hash, fault });
  if (start.id > 0 && connection.get(hashAt, { id: start.id })?.rowHash !== start.hash)
    return answer({ id: start.id, problem: 'it is gone or was changed after it was found good' });
  for (;;) {
    const rows = connection.all(page, { after: last.id });
    for (const row of rows) {
      const problem = upstreamRowProblem(row, last.hash, sha256);
      if (problem !== null) return answer({ id: row.id, problem });
      last = { id: row.id, hash: row.rowHash };
      checked += 1;
    }
    if (rows.length < PAGE) return answer(cutTail(given, last.id, start));
  }
}

/** Numbers are given out once and in order: one above the last row has stood in a row that is gone. */
function cutTail(given: number, lastId: number, { numbered }: Mark): ChainFault | null {
  if (given <= lastId || given <= numbered) return null;
  return { id: lastId + 1, problem: `the rows up to ${given} that stood behind row ${lastId} are gone` };
}

/** Remembers how far the chain is good. */
export function keepVerified(connection: Connection, { lastId, lastHash }: ChainReport): void {
  const { numbered } = newest(connection);
  writeState(connection, VERIFIED, JSON.stringify({ id: lastId, hash: lastHash, numbered }));
}

/** Takes the chain as it is: from here on it counts. */
export function acceptChain(connection: Connection): void {
  const last = connection.get(lastRow, {});
  const numbered = connection.get(highest, {})?.seq ?? 0;
  const mark = last === undefined ? { ...BEGIN, numbered } : { id: last.id, hash: last.rowHash, numbered };
  for (const name of [ACCEPTED, VERIFIED]) writeState(connection, name, JSON.stringify(mark));
}

function newest(connection: Connection): Mark {
  const [accepted, verified] = [markAt(connection, ACCEPTED), markAt(connection, VERIFIED)];
  return verified.id >= accepted.id ? verified : accepted;
}

function markAt(connection: Connection, name: string): Mark {
  const kept = readState(connection, name);
  return kept === null ? BEGIN : (JSON.parse(kept) as Mark);
}
