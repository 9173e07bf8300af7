import { existsSync } from 'node:fs';
import BetterSqlite3, { type Database as SqliteDatabase } from 'better-sqlite3';
import { AppError, messageOf } from '../../../core/errors.ts';
import {
  AUDIT_GENESIS_PREV_HASH,
  type UpstreamAuditRow,
  upstreamRowProblem,
} from '../../../core/policy/audit/chain-upstream.ts';
import { AGENT_NAME_PATTERN } from '../../../core/schema/config.ts';
import { sha256 } from './audit.ts';
import type { ChainFault } from './chain.ts';
import { listOf } from './json-columns.ts';

/** What a ledger file holds and what taking it over would change (R-SYS-040). */
export interface LedgerReport {
  readonly path: string;
  /** How many tasks of each status there are. */
  readonly tasks: Readonly<Record<string, number>>;
  readonly roles: readonly string[];
  readonly auditRows: number;
  /** The first bad row of the audit chain; null = it holds. */
  readonly chain: ChainFault | null;
  /** Tables and columns that would be added. */
  readonly added: readonly string[];
  /** What a person should know before work goes on. */
  readonly notes: readonly string[];
}

const UPSTREAM = ['tasks', 'decisions', 'asset_registry', 'budget', 'audit_log', 'prompts'];
const OWN = [
  ...['task_extras', 'task_comments', 'task_runs', 'asset_versions'],
  ...['ledger_roles', 'ledger_state', 'ledger_keys'],
];
const LATER_COLUMNS = ['actual_cost_usd', 'config_isolation'];

/** Looks into a ledger file without changing it; `roles` are those that work is done for. */
export function inspectLedger(path: string, roles: readonly string[]): LedgerReport {
  if (!existsSync(path)) throw new AppError('not-found', `there is no ledger ${path}`);
  const db = openToRead(path);
  try {
    const tables = column(db, `select name from sqlite_master where type = 'table'`);
    if (!tables.includes('tasks') || !tables.includes('audit_log'))
      throw new AppError('board-broken', `${path} is no ledger: it has no tables tasks and audit_log`);
    return report(db, { path, tables, roles });
  } finally {
    db.close();
  }
}

function openToRead(path: string): SqliteDatabase {
  try {
    const db = new BetterSqlite3(path, { readonly: true });
    db.prepare('select count(*) from sqlite_master').get();
    return db;
  } catch (error) {
    throw new AppError('board-broken', `${path} cannot be read as a ledger: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

interface Looked {
  readonly path: string;
  readonly tables: readonly string[];
  readonly roles: readonly string[];
}

function report(db: SqliteDatabase, { path, tables, roles }: Looked): LedgerReport {
  const counts = db.prepare('select status, count(*) as n from tasks group by status').all();
  const owners = column(db, 'select distinct agent_owner from tasks order by 1');
  const columns = column(db, `select name from pragma_table_info('tasks')`);
  return {
    path,
    tasks: Object.fromEntries(
      (counts as { status: string; n: number }[]).map(({ status, n }) => [status, n]),
    ),
    roles: owners,
    auditRows: db.prepare('select count(*) from audit_log').pluck().get() as number,
    chain: firstFault(db),
    added: [
      ...[...UPSTREAM, ...OWN].filter((name) => !tables.includes(name)).map((name) => `table ${name}`),
      ...LATER_COLUMNS.filter((name) => !columns.includes(name)).map((name) => `column tasks.${name}`),
    ],
    notes: [...roleNotes(owners, roles), ...taskNotes(db)],
  };
}

function roleNotes(owners: readonly string[], roles: readonly string[]): string[] {
  const unusable = owners.filter((name) => !AGENT_NAME_PATTERN.test(name));
  const unknown = owners.filter((name) => !roles.includes(name) && !unusable.includes(name));
  return [
    ...unusable.map((name) => `no role can be called ${JSON.stringify(name)}: its tasks are never taken up`),
    ...(unknown.length === 0 ? [] : [`nobody works for ${unknown.join(', ')}: give them a role`]),
  ];
}

function taskNotes(db: SqliteDatabase): string[] {
  const open = db.prepare(`select id, dependencies from tasks where status = 'pending'`).all() as {
    id: string;
    dependencies: string | null;
  }[];
  const known = new Set(column(db, 'select id from tasks'));
  const missing = open.filter(({ dependencies }) => listOf(dependencies).some((id) => !known.has(id)));
  const stuck = column(db, `select id from tasks where status = 'in_progress' order by started_at`);
  return [
    ...missing.map(({ id }) => `task ${id} depends on a task that does not exist: it would wait for ever`),
    ...stuck.map(
      (id) => `task ${id} is in progress and nothing of ours runs it: dispatch task move ${id} <role>`,
    ),
  ];
}

function firstFault(db: SqliteDatabase): ChainFault | null {
  // Before the rows: one that another process adds meanwhile must not look as if it were gone.
  const given = db.prepare(`select seq from sqlite_sequence where name = 'audit_log'`).pluck().get();
  const rows = db.prepare(
    `select id, agent_owner as agentOwner, task_id as taskId, action, detail, cost_usd as costUsd, timestamp,
      prev_hash as prevHash, row_hash as rowHash from audit_log order by id`,
  );
  let last = { id: 0, hash: AUDIT_GENESIS_PREV_HASH };
  for (const row of rows.iterate() as IterableIterator<UpstreamAuditRow>) {
    const problem = upstreamRowProblem(row, last.hash, sha256);
    if (problem !== null) return { id: row.id, problem };
    last = { id: row.id, hash: row.rowHash };
  }
  return typeof given === 'number' && given > last.id
    ? { id: last.id + 1, problem: `the rows up to ${given} that stood behind row ${last.id} are gone` }
    : null;
}

const column = (db: SqliteDatabase, sql: string): string[] => db.prepare(sql).pluck().all() as string[];

/** Tables of ours in a ledger file. */
export const OWN_TABLES: readonly string[] = [...OWN, 'schema_migrations'];
