import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import { aFolder, aProject, runCli } from '../helpers/cli.ts';

const CONFIG = `
project: shop
board: board.json
command: echo
routes: [{ queue_name: Todo, in_progress_queue: Doing }]
temporal: { address: 127.0.0.1:1 }
api_port: 0
`;

/** A project whose trail has lines, and a way to call the command in it. */
async function anAuditedProject() {
  const { folder, env } = aProject({ config: CONFIG });
  const dir = join(folder, '.dispatch');
  const store = await createSqliteStore({ dir, project: 'shop' });
  for (const subject of ['1', '2', '3']) await store.records.putTaskState(subject, { status: 'claimed' });
  await store.close();
  const file = join(dir, 'records.db');
  return { folder, file, run: (...args: string[]) => runCli(['audit', ...args], { cwd: folder, env }) };
}

const change = (file: string, sql: string): void => {
  const db = new BetterSqlite3(file);
  db.exec(sql);
  db.close();
};

test('`audit` lists, `audit verify` says what is good and what is bad, with nothing running (R-PROD-028)', async () => {
  const { file, run } = await anAuditedProject();
  expect(await run()).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/task-claimed/) });
  expect(await run('list', '--limit', '1')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/task-claimed/),
  });
  expect(await run('verify')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^ok .*project shop: 3 rows, last 3 /),
  });
  change(file, 'update audit set subject = 9 where seq = 2');
  expect(await run('verify')).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^BAD .*shop: row 2: it was changed/),
  });
  const { stdout } = await run('verify', '--json', '--file', file);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, files: [{ chains: [{ fault: { seq: 2 } }] }] });
});

test('anchors go to a file, a git note and a web server, and hold the trail to its word (R-PROD-028)', async () => {
  const { run } = await anAuditedProject();
  const elsewhere = aFolder();
  const anchors = join(elsewhere, 'deep', 'anchors.jsonl');
  const git = (...args: string[]) => execFileSync('git', ['-C', elsewhere, ...args], { encoding: 'utf8' });
  git('init', '--quiet');
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
  git(...who, 'commit', '--quiet', '--allow-empty', '--message', 'first');
  git('config', 'user.name', 'a');
  git('config', 'user.email', 'a@example.org');
  const { url, bodies } = await aHook();

  expect(await run('anchor', '--to', anchors, '--git', elsewhere, '--webhook', url)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/Anchored line 3 of shop/),
    stderr: '',
  });
  const anchor = { kind: 'dispatch-audit-anchor', project: 'shop', seq: 3 };
  expect(JSON.parse(readFileSync(anchors, 'utf8'))).toMatchObject(anchor);
  expect(JSON.parse(git('notes', '--ref=dispatch-audit', 'show'))).toMatchObject(anchor);
  expect(bodies.map((body) => JSON.parse(body))).toMatchObject([anchor]);
  expect(await run('verify', '--anchor', anchors)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/1 anchored/),
  });
});

test('an anchor holds the trail to what it was; one within reach of agents is warned of (R-PROD-028)', async () => {
  const { folder, file, run } = await anAuditedProject();
  const anchors = join(folder, 'mine.jsonl');
  expect(await run('anchor', '--to', anchors)).toMatchObject({
    ...{ exitCode: 0, stderr: expect.stringMatching(/agents of this project may write to .*mine\.jsonl/) },
  });
  change(
    file,
    'delete from audit where seq > 2; update audit_heads set seq = 2, hash = (select hash from audit where seq = 2)',
  );
  expect(await run('verify')).toMatchObject({ exitCode: 0 });
  expect(await run('verify', '--anchor', anchors)).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/row 3: .*cut off/),
  });
});

test('an anchor that cannot be written names its target and what to do (R-SYS-039)', async () => {
  const { folder, run } = await anAuditedProject();
  const { url } = await aHook(500);
  expect(await run('anchor', '--webhook', url)).toMatchObject({
    exitCode: 69,
    stderr: expect.stringMatching(/answered 500/),
  });
  expect(await run('anchor', '--git', folder)).toMatchObject({
    exitCode: 69,
    stderr: expect.stringMatching(/git notes of/),
  });
});

test('what cannot be used is a usage error that names the flag (R-SYS-039)', async () => {
  const { folder, run } = await anAuditedProject();
  expect(await run('anchor', '--webhook', 'ftp://x')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/--webhook/),
  });
  expect(await run('verify', '--anchor', join(folder, 'none'))).toMatchObject({ exitCode: 2 });
  expect(await run('verify', '--file', join(folder, 'none'))).toMatchObject({ exitCode: 2 });
  expect(await run('verify', '--file', join(folder, 'board.json'))).toMatchObject({ exitCode: 2 });
});

test('export prints what a hash is made of (R-PROD-028)', async () => {
  const { run } = await anAuditedProject();
  const { stdout } = await run('export');
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rows).toHaveLength(3);
  const { createHash } = await import('node:crypto');
  for (const row of rows) {
    const { prev_hash, project, seq, at_ms, channel, actor, action, subject, detail } = row;
    const facts = [prev_hash, project, seq, at_ms, channel, actor, action, subject, detail];
    const text = JSON.stringify(['dispatch-audit-1', ...facts]);
    expect(createHash('sha256').update(text).digest('hex')).toBe(row.hash);
  }
});

test('the audit_log of a ledger is checked by its own formula; a cut end shows, too (R-PROD-028)', async () => {
  const file = join(aFolder(), 'ledger.db');
  const db = new BetterSqlite3(file);
  db.exec(`create table audit_log (id integer primary key autoincrement, agent_owner text not null, task_id text,
    action text not null, detail text not null, cost_usd real not null default 0, timestamp text not null,
    prev_hash text not null, row_hash text not null unique)`);
  const { createHash } = await import('node:crypto');
  const insert = db.prepare('insert into audit_log values (null, ?, ?, ?, ?, ?, ?, ?, ?)');
  let before = '0'.repeat(64);
  for (const [taskId, cost, shown] of [
    [null, 0, '0.000000'],
    ['7', 0.0078125, '0.007812'],
    ['7', 0.25, '0.250000'],
  ] as const) {
    const at = '2026-01-02T03:04:05Z';
    const text = [before, 'code', taskId ?? '', 'cost', '{"é": 1}', shown, at].join('|');
    const hash = createHash('sha256').update(text).digest('hex');
    insert.run('code', taskId, 'cost', '{"é": 1}', cost, at, before, hash);
    before = hash;
  }
  db.close();
  const run = () => runCli(['audit', 'verify', '--file', file], { cwd: aFolder() });
  expect(await run()).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/3 rows, last 3/) });
  change(file, 'delete from audit_log where id = 3');
  expect(await run()).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/row 3: row 3 is missing/),
  });
  change(file, 'update audit_log set cost_usd = 1 where id = 2');
  expect(await run()).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/row 2: /) });
});

/** A web server that keeps what it is sent. */
async function aHook(status = 204) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      bodies.push(body);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, bodies };
}
