import { type Connection, createConnection } from '../../store/connection.ts';
import { openDatabase } from '../../store/open-database.ts';
import { chainReport, keepVerified } from './chain.ts';
import { brokenChain, ledgerDatabase } from './open-ledger.ts';

/** A ledger file for programs that do one thing after the other: every call waits, as ai-producer's do. */
export interface OpenLedger {
  readonly connection: Connection;
  /** Runs work as one transaction; inside another one it is part of that. */
  transaction<T>(work: () => T, immediate?: boolean): T;
  close(): void;
}

/** So long a call waits for another process that writes (ms), as ai-producer does. */
const BUSY_MS = 5_000;

/** Opens a ledger at once; `board-broken` when its chain does not hold. */
export function openLedgerNow(path: string): OpenLedger {
  const { db } = openDatabase(ledgerDatabase(path));
  db.pragma(`busy_timeout = ${BUSY_MS}`);
  const connection = createConnection(db);
  const transaction = <T>(work: () => T, immediate = true): T => {
    if (db.inTransaction) return work();
    const run = db.transaction(work);
    return immediate ? run.immediate() : run.deferred();
  };
  const report = chainReport(connection, { whole: false });
  if (report.fault !== null) {
    db.close();
    throw brokenChain(path, report.fault);
  }
  if (report.checked > 0) transaction(() => keepVerified(connection, report));
  return { connection, transaction, close: () => db.close() };
}
