import { AppError } from '../../../core/errors.ts';
import { createDatabase, type Database } from '../../store/database.ts';
import type { DatabaseConfig } from '../../store/open-database.ts';
import { type ChainFault, chainReport, keepVerified } from './chain.ts';
import { ledgerFirstShape } from './migrations/ledger-0001-first-shape.ts';
import { ledgerAssetsAgain } from './migrations/ledger-0002-assets-again.ts';
import { ledgerReadingOrder } from './migrations/ledger-0003-reading-order.ts';

/** How a ledger file is opened: as ai-producer does, but waiting outside of SQLite (R-PROD-021, 031). */
export const ledgerDatabase = (path: string, now: () => number = Date.now): DatabaseConfig => ({
  path,
  // What is settled here is forgotten elsewhere: unlike ai-producer's, our commits survive a power cut.
  synchronous: 'FULL',
  migrations: [ledgerFirstShape, ledgerAssetsAgain, ledgerReadingOrder],
  now,
  keepsMode: true,
});

/** Opens a ledger, makes what it lacks, and refuses one whose audit chain does not hold (R-SYS-040). */
export async function openLedger(path: string): Promise<Database> {
  const database = await createDatabase(ledgerDatabase(path));
  try {
    const report = await database.read((connection) => chainReport(connection, { whole: false }));
    if (report.fault !== null) throw brokenChain(path, report.fault);
    if (report.checked > 0) await database.write((connection) => keepVerified(connection, report));
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What is said about a file whose chain does not hold. */
export const brokenChain = (path: string, { id, problem }: ChainFault): AppError =>
  new AppError('board-broken', `${path}: the audit chain does not hold at row ${id}: ${problem}`, {
    hint: 'see what was changed (dispatch audit verify); dispatch ledger import --accept-broken-chain goes on all the same',
    details: { path, row: id, problem },
  });
