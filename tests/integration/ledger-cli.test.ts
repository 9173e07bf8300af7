import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { aFolder, firstBadRow, fixtureCopy, rows, tamper } from '../helpers/ledger-file.ts';

function aProject(): { readonly dir: string; readonly own: string } {
  const dir = aFolder();
  const route = {
    queue_name: 'code',
    agent: 'code',
    in_progress_queue: 'code:in_progress',
    prompt_template: 'x',
  };
  const config = {
    board: { kind: 'ledger', path: 'state/ledger.db' },
    agents: { code: ['true'] },
    routes: [route],
  };
  writeFileSync(join(dir, 'dispatch.yaml'), JSON.stringify(config));
  mkdirSync(join(dir, 'state'));
  return { dir, own: join(dir, 'state', 'ledger.db') };
}

test('a dry run says what a ledger holds and what would change, and changes nothing (R-SYS-040)', async () => {
  const { dir, own } = aProject();
  copyFileSync(fixtureCopy('before-costs').path, own);
  const before = readFileSync(own);
  const { exitCode, stdout } = await runCli(['ledger', 'import', '--dry-run'], { cwd: dir });
  expect(exitCode).toBe(0);
  expect(stdout).toContain('1 pending');
  expect(stdout).toContain('column tasks.actual_cost_usd');
  expect(stdout).toContain('the chain holds');
  expect(stdout).toContain('Nothing was changed.');
  expect(readFileSync(own).equals(before)).toBe(true);
});

test('a ledger from elsewhere is copied and taken over, with what a person should know of it (R-SYS-040)', async () => {
  const { dir, own } = aProject();
  const { path, ids } = fixtureCopy('ai-producer-0.3.5');
  const { exitCode, stdout } = await runCli(['ledger', 'import', path, '--json'], { cwd: dir });
  expect(exitCode).toBe(0);
  const report = JSON.parse(stdout) as { notes: string[]; imported: boolean };
  expect(report).toMatchObject({ imported: true, chain: null, tasks: { pending: 3, done: 1, escalated: 1 } });
  expect(report.notes.join('\n')).toContain(ids.lost);
  expect(report.notes.join('\n')).toContain(`task ${ids.stuck} is in progress`);
  expect(report.notes.join('\n')).toContain('nobody works for qa');
  expect(rows(own, 'select count(*) as n from tasks')).toEqual(rows(path, 'select count(*) as n from tasks'));
  expect((await runCli(['ledger', 'import', path], { cwd: dir })).stderr).toContain('is not overwritten');
});

test('a broken chain is named and only taken over on a person’s word, which the trail keeps (R-PROD-028, R-SYS-040)', async () => {
  const { dir, own } = aProject();
  copyFileSync(fixtureCopy('ai-producer-0.3.5').path, own);
  tamper(own, `update audit_log set action = 'x' where id = 2`);
  const refused = await runCli(['ledger', 'import'], { cwd: dir });
  expect(refused.exitCode).toBe(1);
  expect(refused.stdout).toContain('does not hold at row 2');
  expect((await runCli(['ledger', 'import', '--accept-broken-chain'], { cwd: dir })).exitCode).toBe(0);
  expect(rows(own, 'select action, detail from audit_log order by id desc limit 1')).toMatchObject([
    { action: 'broken_chain_accepted', detail: expect.stringContaining('"row": 2') },
  ]);
  const seed = join(dir, 'seed.json');
  writeFileSync(seed, JSON.stringify([{ agent: 'code', title: 'Goes on' }]));
  expect((await runCli(['ledger', 'seed', seed], { cwd: dir })).stdout).toContain('Put 1 tasks in line.');
});

test('an export holds the six tables alone, with the chain as it is (R-PROD-020)', async () => {
  const { dir, own } = aProject();
  copyFileSync(fixtureCopy('ai-producer-0.3.5').path, own);
  await runCli(['ledger', 'import'], { cwd: dir });
  const to = join(dir, 'copy.db');
  expect((await runCli(['ledger', 'export', to], { cwd: dir })).exitCode).toBe(0);
  expect(
    rows(to, `select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by 1`),
  ).toEqual(
    ['asset_registry', 'audit_log', 'budget', 'decisions', 'prompts', 'tasks'].map((name) => ({ name })),
  );
  const ownIndexes = `select name from sqlite_master where type = 'index' and name in ('tasks_in_line', 'tasks_ended')`;
  expect(rows(own, ownIndexes)).toHaveLength(2);
  expect(rows(to, ownIndexes)).toEqual([]);
  expect(firstBadRow(to)).toBe(0);
});

test('a seed file that is wrong changes nothing and says where (R-PROD-009)', async () => {
  const { dir, own } = aProject();
  const seed = join(dir, 'seed.json');
  writeFileSync(seed, JSON.stringify([{ agent: 'code', title: 'A' }, { agent: 'code' }]));
  const { exitCode, stderr } = await runCli(['ledger', 'seed', seed], { cwd: dir });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('seed[1].title');
  expect(existsSync(own)).toBe(false);
});
