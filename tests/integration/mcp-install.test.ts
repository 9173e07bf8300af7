import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aFolder, runCli } from '../helpers/cli.ts';

/** Keeps servers the way Claude Code does, and refuses to write over one. */
const CLAUDE = `#!${process.execPath}
const { readFileSync, writeFileSync, existsSync } = require('node:fs');
const path = process.env.HOME + '/.claude.json';
const config = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
config.mcpServers ??= {};
const [, verb, name, ...rest] = process.argv.slice(2);
if (process.env.CLAUDE_FAILS) { console.error('not allowed here'); process.exit(1); }
if (verb === 'add-json') {
  if (config.mcpServers[name]) { console.error('MCP server ' + name + ' already exists in user config'); process.exit(1); }
  config.mcpServers[name] = JSON.parse(rest[0]);
} else {
  if (!config.mcpServers[name]) { console.error('No user-scoped MCP server found with name: ' + name); process.exit(1); }
  delete config.mcpServers[name];
}
config.calls = (config.calls ?? 0) + 1;
config.scope = rest.at(-1);
writeFileSync(path, JSON.stringify(config));
`;

function aHome({ claude = true, codex = true } = {}) {
  const home = aFolder();
  mkdirSync(join(home, 'bin'));
  if (claude) writeFileSync(join(home, 'bin', 'claude'), CLAUDE, { mode: 0o755 });
  if (codex) {
    mkdirSync(join(home, '.codex'));
    writeFileSync(join(home, '.codex', 'config.toml'), 'model = "o4"\n');
  }
  const env = { HOME: home, PATH: join(home, 'bin'), CODEX_HOME: '', CLAUDE_CONFIG_DIR: '' };
  const read = (name: string) => readFileSync(join(home, name), 'utf8');
  return {
    home,
    read,
    claude: () => JSON.parse(read('.claude.json')),
    run: (args: readonly string[], more = {}) =>
      runCli(['mcp', ...args], { cwd: home, env: { ...env, ...more } }),
  };
}

test('install registers with Claude Code and Codex; once more changes nothing (R-AD-131)', async () => {
  const { run, claude, read } = aHome();
  const first = await run(['install']);
  expect(first.exitCode).toBe(0);
  expect(first.stdout).toContain('Registered MCP server with Claude Code (user scope).');
  expect(first.stdout).toContain('Registered MCP server with Codex.');
  const entry = claude().mcpServers['agent-dispatch'];
  expect(entry).toMatchObject({ type: 'stdio', command: expect.stringMatching(/^\//) });
  expect(entry.args.at(-1)).toBe('mcp');
  expect(claude().scope).toBe('user');
  expect(read('.codex/config.toml')).toMatch(
    /^model = "o4"\n\n\[mcp_servers\.agent-dispatch\]\ncommand = "\//,
  );
  const again = await run(['install']);
  expect(again.stdout).toContain('(user scope). It was so already.');
  expect(claude().calls).toBe(1);
});

test('another entry of that name is replaced, and how it was is kept', async () => {
  const { home, run, claude, read } = aHome({ codex: false });
  const old = {
    mcpServers: { 'agent-dispatch': { type: 'stdio', command: 'agent-dispatch', args: ['serve'] } },
  };
  writeFileSync(join(home, '.claude.json'), JSON.stringify(old));
  expect((await run(['install'])).exitCode).toBe(0);
  expect(claude().mcpServers['agent-dispatch'].args.at(-1)).toBe('mcp');
  expect(JSON.parse(read('.claude.json.before-dispatch'))).toEqual(old);
  expect(existsSync(join(home, '.codex'))).toBe(false);
});

test('uninstall takes both out again', async () => {
  const { run, claude, read } = aHome();
  await run(['install', '--scope', 'user']);
  const result = await run(['uninstall']);
  expect(result.stdout).toContain('Removed MCP server from Claude Code (user scope).');
  expect(claude().mcpServers).toEqual({});
  expect(read('.codex/config.toml')).toBe('model = "o4"\n');
  expect((await run(['uninstall'])).exitCode).toBe(0);
});

test('without Claude Code, or when it refuses, the way by hand is told (R-AD-131)', async () => {
  const missing = await aHome({ claude: false, codex: false }).run(['install']);
  expect(missing.exitCode).toBe(0);
  expect(missing.stderr).toContain("by hand: claude mcp add-json agent-dispatch '{");
  const refused = await aHome().run(['install', '--json'], { CLAUDE_FAILS: '1' });
  expect(refused.exitCode).toBe(1);
  expect(JSON.parse(refused.stdout).claude).toMatchObject({ kind: 'failed', reason: 'not allowed here' });
});
