import { existsSync } from 'node:fs';
import BetterSqlite3, { type Database as Db } from 'better-sqlite3';
import { AppError } from '../../core/errors.ts';
import type { ChainHead } from '../../core/policy/audit/chain.ts';
import type { UpstreamAuditRow } from '../../core/policy/audit/chain-upstream.ts';
import type { ChainRow } from '../../core/policy/audit/check-chain.ts';

/** A file with an audit trail, as it stands on the disk; read row by row, all of one moment. */
export type AuditFile = RecordsFile | LedgerFile;

/** `records.db`: a chain for each project. */
export interface RecordsFile {
  readonly kind: 'records';
  readonly projects: readonly string[];
  head(project: string): ChainHead | null;
  rows(project: string): Iterable<ChainRow>;
  close(): void;
}

/** A ledger: one chain. */
export interface LedgerFile {
  readonly kind: 'ledger';
  /** The highest number that a row was ever given. */
  readonly highest: number;
  rows(): Iterable<UpstreamAuditRow>;
  close(): void;
}

/** Opens the file for reading alone, whatever else works on it; nothing of Dispatch needs to run. */
export function openAuditFile(path: string): AuditFile {
  if (!existsSync(path))
    throw new AppError('invalid-input', `--file: there is no ${path}`, {
      hint: 'name a records.db or a ledger, such as: dispatch audit verify --file .dispatch/records.db',
    });
  let db: Db | null = null;
  try {
    db = new BetterSqlite3(path, { readonly: true, fileMustExist: true });
    db.exec('begin');
    return fileOf(db);
  } catch (error) {
    db?.close();
    if (error instanceof AppError) throw error;
    throw new AppError('invalid-input', `--file: ${path} cannot be read as a database: ${String(error)}`, {
      hint: 'name a records.db or a ledger that this user may read',
      cause: error,
    });
  }
}

function fileOf(db: Db): AuditFile {
  const has = (table: string) =>
    db.prepare(`select 1 from sqlite_master where type = 'table' and name = ?`).get(table) !== undefined;
  if (has('audit')) return recordsFile(db, has('audit_heads'));
  if (has('audit_log')) return ledgerFile(db);
  throw new AppError('invalid-input', `--file: ${db.name} holds no audit trail`, {
    hint: 'name the records.db of a state directory, or a ledger',
  });
}

function recordsFile(db: Db, hasHeads: boolean): RecordsFile {
  const projects = db
    .prepare<[], string>(
      `select project from audit${hasHeads ? ' union select project from audit_heads' : ' group by project'} order by 1`,
    )
    .pluck()
    .all();
  return {
    ...{ kind: 'records', projects },
    head: (project) =>
      hasHeads
        ? (db
            .prepare<[string], ChainHead>(
              'select first_seq as firstSeq, seq, hash from audit_heads where project = ?',
            )
            .get(project) ?? null)
        : null,
    rows: (project) =>
      db
        .prepare<[string], ChainRow>(
          `select project, seq, at, channel, actor, action, subject, detail, prev_hash as prevHash, hash
           from audit where project = ? order by seq`,
        )
        .iterate(project),
    close: () => db.close(),
  };
}

function ledgerFile(db: Db): LedgerFile {
  return {
    kind: 'ledger',
    highest:
      db.prepare<[], number>(`select seq from sqlite_sequence where name = 'audit_log'`).pluck().get() ?? 0,
    rows: () =>
      db
        .prepare<[], UpstreamAuditRow>(
          `select id, agent_owner as agentOwner, task_id as taskId, action, detail, cost_usd as costUsd, timestamp,
             prev_hash as prevHash, row_hash as rowHash
           from audit_log order by id`,
        )
        .iterate(),
    close: () => db.close(),
  };
}
