import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createRoleAgent } from '../../src/adapters/agents/role/agent.ts';
import { makeConfigDir, sweepConfigDirs } from '../../src/adapters/agents/role/config-dir.ts';
import { createProcessRunner } from '../../src/adapters/process/run-process.ts';
import { aFolder, aListener, aRequest } from '../helpers/agent-run.ts';
import { withStandIn } from '../helpers/claude-project.ts';
import { until } from '../helpers/project.ts';
import { aRoleProject } from '../helpers/role-project.ts';

const HOUR = 3_600_000;
const login = (name: string, expiresAt: number, more: object = {}) =>
  JSON.stringify({
    claudeAiOauth: { accessToken: `${name}-a`, refreshToken: `${name}-r`, expiresAt, scopes: [] },
    ...more,
  });
const OLD = login('old', 1 * HOUR, { mcpOAuth: { kept: true } });

/** A home with a login, and a role whose Claude Code is the stand-in. */
function aHome() {
  const home = aFolder();
  const file = join(home, '.claude', '.credentials.json');
  mkdirSync(dirname(file));
  writeFileSync(file, OLD, { mode: 0o600 });
  const configRoot = join(home, 'state', 'roles', 'p1');
  const agent = createRoleAgent({
    ...{ runner: createProcessRunner(), parentEnv: { ...withStandIn(), HOME: home }, configRoot },
    auth: () => ({ mode: 'isolated', inheritPermissionMode: 'default' }),
    projectRoot: () => home,
    role: () => ({
      ...{ promptPath: null, allowedTools: [], disallowedTools: [], model: null, permissionMode: null },
      ...{ maxTurns: 16, expects: null },
    }),
  });
  const run = async (renew: object | null, listener = aListener()) => {
    const env = { FAKE_CLAUDE_SETTINGS: JSON.stringify(renew === null ? {} : { renew }) };
    const request = aRequest({ agent: 'role:code', command: [], env, timeoutMs: 20_000 });
    const outcome = await agent.run(request, listener.io);
    expect(outcome.kind).toBe('succeeded');
    return listener.texts('system').filter((text) => /login/.test(String(text)));
  };
  const runs = () =>
    (existsSync(configRoot) ? readdirSync(configRoot) : []).filter((name) => name.startsWith('run-'));
  const now = () => JSON.parse(readFileSync(file, 'utf8'));
  return { home, file, configRoot, run, runs, now };
}

test('a login that the CLI renewed in a run is the user’s own afterwards, and nothing else of it (R-PROD-092)', async () => {
  const { file, run, runs, now } = aHome();
  const renewed = login('new', 9 * HOUR, { mcpOAuth: { kept: false }, other: 1 });
  expect(await run({ text: renewed })).toEqual([`the login that this run renewed stands in ${file} now`]);
  expect(now()).toEqual({ ...JSON.parse(OLD), claudeAiOauth: JSON.parse(renewed).claudeAiOauth });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(runs()).toEqual([]);
  expect(readdirSync(dirname(file))).toEqual(['.credentials.json']);
  expect(await run(null)).toEqual([]);
  expect(now().claudeAiOauth.accessToken).toBe('new-a');
});

test.each([
  ['older', login('new', 1), []],
  ['half', OLD.slice(0, 40), ['what this run left as its login is none']],
  ['ended', JSON.stringify({ claudeAiOauth: { accessToken: '', refreshToken: '', expiresAt: 0 } }), ['none']],
  ['the same', OLD, []],
])('a login that is %s changes nothing (R-PROD-092)', async (_name, text, told) => {
  const { file, run, runs } = aHome();
  const texts = await run({ text });
  expect(texts).toEqual(told.map((words) => expect.stringContaining(words)));
  expect(readFileSync(file, 'utf8')).toBe(OLD);
  expect(runs()).toEqual([]);
});

test('a login that the user renewed meanwhile wins (R-PROD-092)', async () => {
  const { home, file, run, runs } = aHome();
  const [after, theirs] = [join(home, 'go'), login('theirs', 2 * HOUR)];
  const running = run({ text: login('new', 9 * HOUR), after });
  await until('it runs', () => runs().length === 1);
  writeFileSync(`${file}.new`, theirs);
  renameSync(`${file}.new`, file);
  writeFileSync(after, '');
  expect(await running).toEqual([expect.stringContaining('was given up')]);
  expect(readFileSync(file, 'utf8')).toBe(theirs);
});

test('of two runs side by side one renews and neither writes over the other (R-PROD-092)', async () => {
  const { home, run, runs, now } = aHome();
  const after = join(home, 'go');
  const both = ['one', 'two'].map((name, index) => run({ text: login(name, (8 + index) * HOUR), after }));
  await until('both run', () => runs().length === 2);
  writeFileSync(after, '');
  const told = (await Promise.all(both)).flat().map(String).sort();
  expect(told).toEqual(
    [expect.stringContaining('stands in'), expect.stringContaining('was given up')].toSorted((a, b) =>
      String(a).localeCompare(String(b)),
    ),
  );
  expect(['one-a', 'two-a']).toContain(now().claudeAiOauth.accessToken);
  expect(now().mcpOAuth).toEqual({ kept: true });
});

test('others have a renewed login while the run still goes on; through links, too (R-PROD-092)', async () => {
  const { home, file, run, now } = aHome();
  const elsewhere = join(home, 'dotfiles.json');
  renameSync(file, elsewhere);
  symlinkSync(elsewhere, file);
  const hold = join(home, 'go');
  const running = run({ text: login('new', 9 * HOUR), hold });
  await until('it is there', () => now().claudeAiOauth.accessToken === 'new-a');
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  writeFileSync(hold, '');
  expect(await running).toHaveLength(1);
});

test('what could not be kept, and what a killed worker left, is kept by the next one (R-PROD-092)', async () => {
  const { file, configRoot, now } = aHome();
  const told: unknown[] = [];
  const content = { sessionId: 's1', credentials: file, onLogin: (news: unknown) => void told.push(news) };
  const dir = await makeConfigDir(configRoot, { ...content, runId: 'r1' });
  const own = join(dir.path, '.credentials.json');
  writeFileSync(`${own}.new`, login('new', 9 * HOUR));
  renameSync(`${own}.new`, own);
  // A folder of that name: the temporary file cannot be written, whoever runs this.
  const obstacle = join(dirname(file), '..credentials.json.tmp');
  mkdirSync(join(obstacle, 'x'), { recursive: true });
  await dir.remove();
  expect(told).toEqual([{ error: expect.stringContaining(obstacle) }]);
  expect(existsSync(own)).toBe(true);
  expect(await sweepConfigDirs(configRoot)).toBe(0);
  // Its process is gone.
  const { pid } = spawnSync('true');
  renameSync(dir.path, join(configRoot, `run-${pid}-r1`));
  expect(await sweepConfigDirs(configRoot)).toBe(0);
  renameSync(obstacle, join(configRoot, 'away'));
  expect(await sweepConfigDirs(configRoot)).toBe(1);
  expect(now().claudeAiOauth.accessToken).toBe('new-a');
});

test('a file without bounds is no login (R-PROD-092)', async () => {
  const { file, configRoot } = aHome();
  const dir = await makeConfigDir(configRoot, { runId: 'r1', sessionId: 's1', credentials: file });
  const own = join(dir.path, '.credentials.json');
  writeFileSync(`${own}.new`, login('n'.repeat(300_000), 9 * HOUR));
  renameSync(`${own}.new`, own);
  await dir.remove();
  expect(existsSync(dir.path)).toBe(false);
  expect(readFileSync(file, 'utf8')).toBe(OLD);
});

test('a task of a role leaves the login it renewed to the next task (R-PROD-092)', async () => {
  const place = (dir: string) => join(dir, '.claude', '.credentials.json');
  const p = await aRoleProject(
    { code: {} },
    {
      env: { ...withStandIn(), ANTHROPIC_API_KEY: '', ANTHROPIC_AUTH_TOKEN: '', CLAUDE_CODE_OAUTH_TOKEN: '' },
      prepare(dir) {
        mkdirSync(join(dir, '.claude'));
        writeFileSync(place(dir), OLD);
        writeFileSync(
          join(dir, '.fake-claude.json'),
          JSON.stringify({ renew: { text: login('new', 9 * HOUR) } }),
        );
      },
    },
  );
  const id = await p.add('code', 'Build');
  await p.ended(id, 'code:done');
  expect(readFileSync(place(p.dir), 'utf8')).toContain('new-a');
});
