import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { aProject, runCli } from '../helpers/cli.ts';

// Every line is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const CONFIG = `
project: shop
board: board.json
agents: { engineer: { command: echo, description: Builds } }
temporal: { address: 127.0.0.1:1 }
api_port: 0
`;

/** A project whose person has a home, and commands in it. */
function aHome() {
  const { folder, env } = aProject({ config: CONFIG });
  const infra = join(folder, 'infra');
  mkdirSync(infra);
  writeFileSync(join(infra, 'CLAUDE.md'), '# Infra\nRuns servers.\n');
  return {
    infra,
    agentsFile: join(env.HOME, '.config', 'agent-dispatch', 'agents.yaml'),
    run: (...args: string[]) => runCli(args, { cwd: folder, env }),
  };
}

test('agents are added, listed, described, changed and removed (R-AD-010, R-AD-014, R-AD-129, R-AD-132..136)', async () => {
  const { run, infra, agentsFile } = aHome();
  const added = await run(
    'agent',
    'add',
    'infra',
    './infra',
    '--permission-mode',
    'yolo',
    '--allowed-tools',
    '[]',
  );
  expect(added).toMatchObject({ exitCode: 0 });
  expect(added.stdout).toMatch(
    `Added agent 'infra' -> ${infra}\nDescription: Runs servers.\nwarning: Unknown permission_mode: 'yolo'.`,
  );
  expect(readFileSync(agentsFile, 'utf8')).toBe(
    `agents:\n  infra:\n    directory: ${infra}\n    description: Runs servers.\n    permission_mode: yolo\n    allowed_tools: []\n`,
  );
  const listed = await run('agent', 'list');
  expect(listed.stdout).toMatch(/^NAME +FOLDER IS +PERMISSIONS +TOOLS/);
  expect(listed.stdout).toMatch(/infra +OK +yolo +\(none\)/);
  expect(listed.stdout).toMatch(/engineer +OK .* Builds/);
  const described = await run('agent', 'describe', 'infra');
  expect(described.stdout).toMatch(/allowed tools +\(none — explicit override\)/);
  expect(described.stdout).toMatch(/disallowed tools +\(inherit defaults\)/);
  expect(described.stdout).toMatch(/project files +CLAUDE\.md/);
  const updated = await run('agent', 'update', 'infra', '--timeout', '600', '--model', 'opus');
  expect(updated.stdout).toBe("Updated agent 'infra': timeout, model\n");
  const json = JSON.parse((await run('agent', 'describe', 'infra', '--json')).stdout) as object;
  expect(json).toMatchObject({
    name: 'infra',
    timeout: 600,
    model: 'opus',
    claude_md_preview: '# Infra\nRuns servers.',
  });
  expect((await run('agent', 'remove', 'infra')).stdout).toBe("Removed agent 'infra'.\n");
});

test('what is wrong is told with its exit code (R-AD-020, R-AD-094, R-AD-097, R-ADX-040)', async () => {
  const { run, agentsFile } = aHome();
  const gone = await run('agent', 'add', 'x', './gone');
  expect([gone.exitCode, gone.stderr]).toEqual([2, expect.stringContaining('Directory does not exist: ')]);
  const endless = await run('agent', 'add', 'x', './infra', '--max-budget-usd', 'Infinity');
  expect([endless.exitCode, endless.stderr]).toEqual([
    2,
    expect.stringContaining('max_budget_usd must be a finite number.'),
  ]);
  const unknown = await run('agent', 'remove', 'x');
  expect([unknown.exitCode, unknown.stderr]).toEqual([3, "error: Agent 'x' not found. Available: (none)\n"]);
  mkdirSync(join(agentsFile, '..'), { recursive: true });
  writeFileSync(agentsFile, 'agents: [');
  const broken = await run('agent', 'list');
  expect([broken.exitCode, broken.stderr]).toEqual([
    2,
    expect.stringContaining(`config at ${agentsFile} is not valid YAML:\nline 1`),
  ]);
});

test('groups are added, listed, inspected, changed and removed (R-ADX-008)', async () => {
  const { run } = aHome();
  expect((await run('group', 'list')).stdout).toBe('No groups yet. Add one: dispatch group add <name>\n');
  const added = await run(
    'group',
    'add',
    'shop',
    '--member',
    'engineer: code',
    '--shared-context',
    'We sell shoes.',
  );
  expect(added.stdout).toBe("Added group 'shop' with 1 member.\n");
  expect((await run('group', 'add', 'other', '--member', 'nobody')).stderr).toContain(
    "Unknown agent: 'nobody'. Available: engineer",
  );
  expect((await run('group', 'list')).stdout).toMatch(/shop +engineer +yes/);
  expect((await run('group', 'inspect', 'shop')).stdout).toBe('shop\n  - engineer: code\n\nWe sell shoes.\n');
  expect((await run('group', 'update', 'shop', '--description', 'Shoes')).stdout).toBe(
    "Updated group 'shop': description\n",
  );
  expect((await run('group', 'remove', 'shop')).stdout).toBe("Removed group 'shop'.\n");
});

test('doctor names folders and members that are not there (R-AD-138, R-ADX-009)', async () => {
  const { run, agentsFile, infra } = aHome();
  mkdirSync(join(agentsFile, '..'), { recursive: true });
  writeFileSync(
    agentsFile,
    `agents:\n  infra: { directory: ${infra} }\n  gone: { directory: /nowhere/at/all }\ngroups:\n  good: { members: [infra, engineer] }\n  bad: { members: [infra, nobody] }\n  empty: {}\n`,
  );
  const { exitCode, stdout } = await run('doctor', '--json');
  const { checks } = JSON.parse(stdout) as {
    checks: readonly { name: string; state: string; text: string }[];
  };
  const found = checks.filter(({ name }) => /^(agents\.yaml|agent (?!engineer)|group )/.test(name));
  expect([exitCode, found.map(({ name, state, text }) => `${state} ${name}: ${text}`)]).toEqual([
    1,
    [
      `ok agents.yaml: ${agentsFile}, 2 agents, 3 groups`,
      'failed agent gone: /nowhere/at/all is not there',
      'ok group good: 2 members',
      'failed group bad: unknown members: nobody',
      'warning group empty: has no members, so nothing can be handed to it',
    ],
  ]);
});
