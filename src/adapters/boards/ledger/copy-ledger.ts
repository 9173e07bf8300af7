import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { AppError } from '../../../core/errors.ts';
import { createDatabase } from '../../store/database.ts';
import { appendEvent, PRODUCER } from './audit.ts';
import { acceptChain, chainReport, keepVerified } from './chain.ts';
import { OWN_TABLES } from './inspect-ledger.ts';
import { READING_INDEXES } from './migrations/ledger-0003-reading-order.ts';
import { brokenChain, ledgerDatabase } from './open-ledger.ts';

/** Copies a ledger as it is at this moment, whoever writes into it meanwhile. */
export function copyLedger(from: string, to: string): void {
  if (existsSync(to)) {
    throw new AppError('already-exists', `${to} exists and is not overwritten`, {
      hint: 'name another file, or move that one away',
    });
  }
  mkdirSync(dirname(to), { recursive: true });
  const db = new BetterSqlite3(from, { readonly: true, fileMustExist: true });
  try {
    db.prepare('vacuum into ?').run(to);
  } finally {
    db.close();
  }
}

/** Writes a copy with the six tables of ai-producer alone, indexed as it does. */
export function exportLedger(from: string, to: string): void {
  copyLedger(from, to);
  const db = new BetterSqlite3(to);
  try {
    for (const table of OWN_TABLES) db.exec(`drop table if exists ${table}`);
    for (const index of Object.values(READING_INDEXES)) db.exec(`drop index if exists ${index}`);
    db.exec('vacuum');
  } catch (error) {
    db.close();
    rmSync(to, { force: true });
    throw error;
  }
  db.close();
}

/** Brings a ledger file up to date; one whose chain does not hold only when a person takes it as it is. */
export async function takeOverLedger(
  path: string,
  { acceptBroken }: { acceptBroken: boolean },
): Promise<void> {
  const database = await createDatabase(ledgerDatabase(path));
  try {
    await database.write((connection) => {
      const report = chainReport(connection, { whole: true });
      if (report.fault === null) {
        keepVerified(connection, report);
        return;
      }
      if (!acceptBroken) throw brokenChain(path, report.fault);
      acceptChain(connection);
      const { id, problem } = report.fault;
      appendEvent(connection, {
        ...{ agentOwner: PRODUCER, action: 'broken_chain_accepted', detail: { row: id, problem } },
      });
    });
  } finally {
    database.close();
  }
}
