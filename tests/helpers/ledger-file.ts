import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { onTestFinished } from 'vitest';

const FIXTURES = new URL('../fixtures/ledger/', import.meta.url);

/** Tasks of a fixture by what they are there for. */
export type FixtureIds = Readonly<
  Record<'design' | 'build' | 'check' | 'lost' | 'stuck' | 'failing', string>
>;

/** A folder that goes with the test. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A copy of a file that a release of ai-producer has made. */
export function fixtureCopy(name: string): { readonly path: string; readonly ids: FixtureIds } {
  const path = join(aFolder(), 'ledger.db');
  copyFileSync(new URL(`${name}.db`, FIXTURES), path);
  const ids = name.startsWith('ai-') ? readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8') : '{}';
  return { path, ids: JSON.parse(ids) as FixtureIds };
}

/** Rows of a ledger file, read by SQLite alone. */
export function rows<Row = Record<string, unknown>>(path: string, sql: string, ...args: unknown[]): Row[] {
  const db = new BetterSqlite3(path, { readonly: true });
  try {
    return db.prepare(sql).all(...args) as Row[];
  } finally {
    db.close();
  }
}

/** Changes a file behind everybody's back. */
export function tamper(path: string, sql: string): void {
  const db = new BetterSqlite3(path);
  db.exec(sql);
  db.close();
}

interface AuditRow {
  readonly id: number;
  readonly agent_owner: string;
  readonly task_id: string | null;
  readonly action: string;
  readonly detail: string;
  readonly cost_usd: number;
  readonly timestamp: string;
  readonly prev_hash: string;
  readonly row_hash: string;
}

const sixDecimals = new Intl.NumberFormat('en', {
  ...{ minimumFractionDigits: 6, maximumFractionDigits: 6, useGrouping: false },
  roundingMode: 'halfEven',
});

/** The number of the first row whose hash is wrong, computed with nothing of ours; 0 = the chain holds. */
export function firstBadRow(path: string): number {
  let before = '0'.repeat(64);
  for (const row of rows<AuditRow>(path, 'select * from audit_log order by id')) {
    const { agent_owner, task_id, action, detail, timestamp } = row;
    const cost = sixDecimals.format(row.cost_usd);
    const text = `${before}|${agent_owner}|${task_id ?? ''}|${action}|${detail}|${cost}|${timestamp}`;
    const hash = createHash('sha256').update(text).digest('hex');
    if (row.prev_hash !== before || row.row_hash !== hash) return row.id;
    before = hash;
  }
  return 0;
}
