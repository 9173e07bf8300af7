import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, test } from 'vitest';
import { readAnchors } from '../../src/adapters/audit/read-anchors.ts';
import { verifyFile } from '../../src/adapters/audit/verify-file.ts';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import { until } from '../helpers/processes.ts';
import { aStateDir, childCommand, startChild } from './store-children.ts';

const ROWS = 12;

/** A real database with a trail of ROWS lines; a second project beside it must not matter. */
async function aTrail(): Promise<string> {
  const dir = aStateDir();
  for (const project of ['shop', 'other']) {
    const store = await createSqliteStore({ dir, project });
    for (let index = 1; index <= ROWS; index++) {
      await store.records.appendAudit({
        ...{ at: 1_000 + index, channel: 'cli', actor: 'ann', action: 'move-task', subject: String(index) },
        detail: { target: 'Done', text: '\u0000 \ud800 é' },
      });
    }
    await store.close();
  }
  return join(dir, 'records.db');
}

const change = (file: string, sql: string): void => {
  const db = new BetterSqlite3(file);
  db.exec(sql);
  db.close();
};

const reportOf = (file: string, project = 'shop', anchors: string[] = []) =>
  verifyFile(file, readAnchors(anchors)).chains.find((chain) => chain.project === project);

/** What is wrong with the trail after this was done to the file. */
async function faultAfter(sql: string) {
  const file = await aTrail();
  change(file, sql);
  expect(reportOf(file, 'other')).toMatchObject({ rows: ROWS, fault: null });
  return reportOf(file)?.fault;
}

test('an untouched trail is good, and its file is not changed by looking (R-PROD-028)', async () => {
  const file = await aTrail();
  expect(reportOf(file)).toMatchObject({ rows: ROWS, unprotected: 0, lastSeq: ROWS, fault: null });
});

test.each(['at = 5', "channel = 'x'", "actor = 'x'", "action = 'x'", "subject = 'x'", "detail = '{}'"])(
  'a changed line is named: %s (R-PROD-028)',
  async (set) => {
    const fault = await faultAfter(`update audit set ${set} where project = 'shop' and seq = 5`);
    expect(fault).toEqual({ seq: 5, problem: 'it was changed: its hash is another one' });
  },
);

test('a line changed together with its hash is named by the next one (R-PROD-028)', async () => {
  const fault = await faultAfter(
    `update audit set actor = 'x', hash = '${'a'.repeat(64)}' where project = 'shop' and seq = 5`,
  );
  expect(fault?.seq).toBe(5);
});

test('a line taken out is named, also when the rest is numbered anew (R-PROD-028)', async () => {
  const gone = "delete from audit where project = 'shop' and seq = 5;";
  expect(await faultAfter(gone)).toEqual({ seq: 5, problem: 'row 5 is missing' });
  const renumbered = `${gone} update audit set seq = seq - 1 where project = 'shop' and seq > 5`;
  expect(await faultAfter(renumbered)).toMatchObject({
    seq: 5,
    problem: expect.stringContaining('does not follow'),
  });
  expect(await faultAfter("delete from audit where project = 'shop' and seq < 4")).toEqual({
    ...{ seq: 1, problem: 'rows 1 to 3 are missing' },
  });
});

test('two lines that changed places are named (R-PROD-028)', async () => {
  const swap = `update audit set seq = -1 where project = 'shop' and seq = 5;
    update audit set seq = 5 where project = 'shop' and seq = 6;
    update audit set seq = 6 where project = 'shop' and seq = -1`;
  expect((await faultAfter(swap))?.seq).toBe(5);
});

test('a line put in is named, in the middle and at the end (R-PROD-028)', async () => {
  const copy = (seq: number, from: number) =>
    `insert into audit select project, ${seq}, at, channel, actor, action, subject, detail, prev_hash, hash
     from audit where project = 'shop' and seq = ${from};`;
  const room = "update audit set seq = seq + 100 where project = 'shop' and seq > 5;";
  const back = "update audit set seq = seq - 99 where project = 'shop' and seq > 100;";
  expect((await faultAfter(`${room} ${copy(6, 5)} ${back}`))?.seq).toBe(6);
  expect((await faultAfter(copy(ROWS + 1, ROWS)))?.seq).toBe(ROWS + 1);
});

test('a cut tail is noticed although what is left is unbroken (R-PROD-028)', async () => {
  expect(await faultAfter("delete from audit where project = 'shop' and seq > 9")).toEqual({
    ...{ seq: 10, problem: 'rows 10 to 12 are missing: the end was cut off' },
  });
  expect(await faultAfter("delete from audit where project = 'shop'")).toMatchObject({ seq: 1 });
});

test('without its head, or with hashes taken off, a chain does not pass for an old trail (R-PROD-028)', async () => {
  expect((await faultAfter("delete from audit_heads where project = 'shop'"))?.seq).toBe(1);
  const off = 'update audit set prev_hash = null, hash = null';
  expect((await faultAfter(`${off} where project = 'shop' and seq < 4`))?.seq).toBe(1);
  expect((await faultAfter(`${off} where project = 'shop' and seq > 9`))?.seq).toBe(10);
});

test('a chain made anew as a whole is found by its anchor (R-PROD-028)', async () => {
  const [file, forged] = [await aTrail(), await aTrail()];
  const hash = reportOf(file)?.lastHash;
  const anchors = join(file, '..', 'anchors.jsonl');
  const at = new Date(0).toISOString();
  const anchor = { kind: 'dispatch-audit-anchor', project: 'shop', seq: ROWS, hash, at };
  writeFileSync(anchors, `noise\n${JSON.stringify(anchor)}\n`);
  expect(reportOf(file, 'shop', [anchors])).toMatchObject({ anchored: 1, fault: null });

  change(forged, "delete from audit where project = 'shop'; delete from audit_heads where project = 'shop'");
  const store = await createSqliteStore({ dir: join(forged, '..'), project: 'shop' });
  const entry = { channel: 'cli', actor: 'eve', action: 'nothing', subject: 'shop', detail: {} };
  for (let at = 1; at <= ROWS + 3; at++) await store.records.appendAudit({ ...entry, at });
  await store.close();
  expect(reportOf(forged)).toMatchObject({ fault: null });
  expect(reportOf(forged, 'shop', [anchors])?.fault).toMatchObject({
    seq: ROWS,
    problem: expect.stringContaining('anchored'),
  });
  change(forged, "delete from audit where project = 'shop'; delete from audit_heads where project = 'shop'");
  expect(reportOf(forged, 'shop', [anchors])?.fault).toMatchObject({
    seq: 1,
    problem: expect.stringContaining('cut off'),
  });
});

test('lines from before the chain are counted as unprotected, those behind them are not (R-PROD-028)', async () => {
  const file = await aTrail();
  change(
    file,
    "update audit set prev_hash = null, hash = null where project = 'shop'; delete from audit_heads",
  );
  expect(reportOf(file)).toMatchObject({ rows: ROWS, unprotected: ROWS, fault: null });
  const store = await createSqliteStore({ dir: join(file, '..'), project: 'shop' });
  await store.records.putTaskState('1', { status: 'claimed' });
  await store.close();
  expect(reportOf(file)).toMatchObject({ rows: ROWS + 1, unprotected: ROWS, fault: null });
  change(file, "update audit set actor = 'x' where project = 'shop' and seq > 12");
  expect(reportOf(file)?.fault?.seq).toBe(ROWS + 1);
});

test('two processes that append at once make one unbroken chain (R-SYS-004)', async () => {
  const dir = aStateDir();
  const children = ['a', 'b'].map((name) => startChild(childCommand('audit', dir, name)));
  for (const child of children) expect(await child.ended).toBe('0');
  const [chain] = verifyFile(join(dir, 'records.db'), new Map()).chains;
  expect(chain).toMatchObject({ rows: 1_200, lastSeq: 1_200, fault: null });
});

test('what kill -9 leaves of a trail verifies, and goes on (R-SYS-001)', async () => {
  const dir = aStateDir();
  const file = join(dir, 'records.db');
  for (const round of [1, 2]) {
    const writers = ['a', 'b'].map((name) => startChild(childCommand('audit-on', dir, `${name}${round}`)));
    await until(() => writers.every((child) => child.lines().length >= 20), 20_000);
    for (const child of writers) child.process.kill('SIGKILL');
    for (const child of writers) await child.ended;
    const said = writers.reduce((sum, child) => sum + child.lines().length, 0);
    const copy = join(dir, `copy-${round}.db`);
    for (const end of ['', '-wal']) copyFileSync(file + end, copy + end);
    for (const place of [file, copy]) {
      const [chain] = verifyFile(place, new Map()).chains;
      expect(chain?.fault).toBeNull();
      expect(chain?.rows).toBeGreaterThanOrEqual(said);
    }
  }
});
