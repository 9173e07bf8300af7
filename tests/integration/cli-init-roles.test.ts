import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { aFolder, runCli } from '../helpers/cli.ts';

const init = (cwd: string, ...args: readonly string[]) =>
  runCli(['init', '--roles', ...args], { cwd, env: { HOME: cwd } });

const read = (folder: string, path: string) => readFileSync(join(folder, path), 'utf8');
const ROLES = ['producer', 'code', 'qa', 'wakeup'];

test('init --roles makes a whole project with the caps and prompts of four roles, asking nobody (R-PROD-002, 004, 005, 007, 010)', async () => {
  const folder = aFolder();
  const { exitCode, stdout } = await init(folder);
  expect(exitCode).toBe(0);
  expect(
    stdout
      .split('\n')
      .slice(0, 6)
      .map((line) => line.split(':')[0]?.trim()),
  ).toEqual([`initialized at ${folder}`, ...['config', 'ledger', 'prompts', 'seed ex', 'onboard']]);
  const { budget, notifications, auth } = parse(read(folder, 'producer.yaml'));
  expect(Object.keys(budget.agents)).toEqual(ROLES);
  expect(budget).toMatchObject({
    project_ceiling_usd: 200,
    soft_cap_ratio: 0.8,
    agents: {
      producer: { daily_cap_usd: 5 },
      code: { daily_cap_usd: 20, max_turns: 32 },
      qa: { daily_cap_usd: 8 },
    },
  });
  expect(notifications.ntfy_topic).toMatch(/^dispatch-cli-.*-[0-9a-f]{8}$/);
  expect(auth).toEqual({ mode: 'auto' });
  for (const role of ROLES)
    expect(read(folder, `agents/${role}/system_prompt.md`)).not.toMatch(/\$[a-zA-Z_{]/);
  expect(read(folder, 'agents/qa/system_prompt.md')).toContain(
    '## Queue self-replenishment — REQUIRED for autonomous operation',
  );
  expect(read(folder, 'ONBOARDING.md')).toContain(folder);
  const ledger = new Database(join(folder, 'agent-state/ledger.db'), { readonly: true });
  expect(ledger.prepare('select agent_owner, action, detail from audit_log').all()).toEqual([
    { agent_owner: 'producer', action: 'schema_init', detail: '{"schema_version": 1}' },
  ]);
  ledger.close();
  const understood = await runCli(['config', '--json'], { cwd: folder, env: { HOME: folder } });
  expect(understood).toMatchObject({ exitCode: 0, stderr: '' });
});

test('a project that is there is refused, and what a person wrote is kept unless forced (R-PROD-006)', async () => {
  const folder = aFolder();
  await init(folder);
  const again = await init(folder);
  expect(again).toMatchObject({
    exitCode: 2,
    stdout: `refusing to overwrite ${join(folder, 'producer.yaml')} (use --force)\n`,
  });
  const other = aFolder();
  const mine = join(other, 'seed_tasks.example.json');
  writeFileSync(mine, '[]');
  const kept = await init(other);
  expect(kept).toMatchObject({ exitCode: 0, stderr: `kept as it was: ${mine}\n` });
  expect(readFileSync(mine, 'utf8')).toBe('[]');
  expect((await init(other, '--force')).exitCode).toBe(0);
  expect(readFileSync(mine, 'utf8')).not.toBe('[]');
});

test('a folder that cannot be written to is left without a trace (R-PROD-006)', async () => {
  const folder = aFolder();
  // A file stands where a folder of the project has to be.
  writeFileSync(join(folder, 'agents'), 'mine');
  const { exitCode, stderr } = await init(folder);
  expect(exitCode).not.toBe(0);
  expect(stderr).toMatch(/nothing was written.*agents/s);
  expect(readdirSync(folder)).toEqual(['agents']);
  expect(existsSync(join(folder, 'producer.yaml'))).toBe(false);
});

test('names are quoted for YAML, and the folder is made (R-PROD-002, 010)', async () => {
  const folder = join(aFolder(), "it's #1: a 'shop'");
  const { exitCode } = await runCli(['--dir', folder, 'init', '--roles', '--yes'], {
    cwd: '/',
    env: { HOME: '/' },
  });
  expect(exitCode).toBe(0);
  const written = parse(read(folder, 'producer.yaml'));
  expect(written.project_name).toBe("it's #1: a 'shop'");
  expect(written.notifications.ntfy_topic).toMatch(/^it-s-1-a-shop--[0-9a-f]{8}$/);
  const understood = await runCli(['--dir', folder, 'config'], { cwd: '/', env: { HOME: '/' } });
  expect(understood.exitCode).toBe(0);
});
