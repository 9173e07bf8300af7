import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMcpServers } from '../../src/adapters/local/mcp-servers.ts';
import { fixtureAgent } from '../helpers/agent-run.ts';
import { call } from '../helpers/call.ts';
import { aClaudeProject } from '../helpers/claude-project.ts';
import { aFolder, cliCommand, runCli } from '../helpers/cli.ts';
import { anMcpClient } from '../helpers/mcp-clients.ts';
import { type TestProject, until } from '../helpers/project.ts';

/** The folder of the stand-in of `claude`. */
const WITH_CLAUDE = `${dirname(fixtureAgent('claude'))}${delimiter}${process.env.PATH}`;
const WITHOUT_CLAUDE = dirname(process.execPath);

/** Somebody's home with a folder for an agent in it. */
function aHome(env: Readonly<Record<string, string>> = {}) {
  const home = aFolder();
  const infra = join(home, 'infra');
  mkdirSync(infra);
  writeFileSync(join(infra, 'CLAUDE.md'), '# Infra\nRuns servers.\n');
  const options = {
    ...{ cwd: home, program: 'agent-dispatch' as const },
    env: { HOME: home, XDG_STATE_HOME: join(home, 'state'), PATH: WITHOUT_CLAUDE, ...env },
  };
  const agentsFile = join(home, '.config', 'agent-dispatch', 'agents.yaml');
  return { home, infra, options, agentsFile, run: (...args: string[]) => runCli(args, options) };
}

/** The same over a project whose worker runs in this test. */
function terminalOf({ dir }: TestProject) {
  const options = { cwd: dir, env: { HOME: dir, XDG_STATE_HOME: join(dir, 'state') } };
  return (...args: string[]) => runCli(args, { ...options, program: 'agent-dispatch' });
}

test('it says which version it is, and a wrong usage ends with 2 (R-AD-130)', async () => {
  const { run } = aHome();
  expect(await run('--version')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^agent-dispatch, version \d/),
  });
  const help = await run('--help');
  for (const verb of ['init', 'add', 'update', 'remove', 'list', 'describe', 'test', 'doctor', 'serve']) {
    expect(help.stdout).toMatch(new RegExp(`^ {2}${verb}\\b`, 'm'));
  }
  expect(await run('frob')).toMatchObject({ exitCode: 2 });
  expect(await run('add', 'infra')).toMatchObject({ exitCode: 2 });
  expect(await run('add', 'infra', './infra', '--timeout', 'soon')).toMatchObject({ exitCode: 2 });
});

describe('agents', () => {
  test('are added, listed, described, changed and removed (R-AD-132…136, R-ADX-004, R-ADX-024)', async () => {
    const { run, infra, agentsFile } = aHome();
    expect(await run('list')).toMatchObject({
      ...{ exitCode: 0, stdout: 'No agents configured. Run: agent-dispatch add <name> <directory>\n' },
    });
    const added = await run('add', 'infra', './infra', '--timeout', '600', '--permission-mode', 'yolo');
    expect(added.exitCode).toBe(0);
    expect(added.stdout).toMatch(
      `Auto-generated description: Runs servers.\nWarning: Unknown permission_mode: 'yolo'.`,
    );
    expect(added.stdout).toMatch(new RegExp(`^Added agent 'infra' -> ${infra}$`, 'm'));
    const options = [
      '--allowed-tools',
      '[]',
      '--capabilities',
      'ssh,dns',
      '--instructions',
      'Be brief.',
      '--model',
      'opus',
    ];
    expect(await run('update', 'infra', ...options)).toMatchObject({
      stdout: "Updated agent 'infra': model, allowed_tools, capabilities, instructions\n",
    });
    expect((await run('list')).stdout).toBe(
      `  infra [OK]\n    dir:  ${infra}\n    desc: Runs servers.\n    config: timeout=600s, model=opus\n    permission_mode: yolo\n    allowed_tools: (none)\n    capabilities: ssh, dns\n\n`,
    );
    const described = (await run('describe', 'infra')).stdout;
    for (const line of [
      `directory:        ${infra}`,
      'timeout:          600s',
      'instructions:     Be brief.',
      'allowed_tools:    (none — explicit override)',
      'disallowed_tools: (inherit defaults)',
      'project files:    CLAUDE.md',
    ]) {
      expect(described).toContain(`  ${line}\n`);
    }
    expect(await run('update', 'infra', '--model', 'none', '--instructions', '')).toMatchObject({
      exitCode: 0,
    });
    expect(readFileSync(agentsFile, 'utf8')).not.toMatch(/model|instructions/);
    rmSync(infra, { recursive: true });
    expect((await run('list')).stdout).toMatch(/^ {2}infra \[NOT FOUND\]$/m);
    expect(await run('remove', 'infra')).toMatchObject({ exitCode: 0, stdout: "Removed agent 'infra'.\n" });
  });

  test('that cannot be are refused with the exit codes there have always been (R-AD-094, R-AD-132, R-AD-133, R-ADX-040)', async () => {
    const { run, agentsFile } = aHome();
    expect(await run('add', 'x', './gone')).toMatchObject({ exitCode: 2 });
    expect(await run('add', '-x-', './infra')).toMatchObject({ exitCode: 2 });
    expect(await run('add', 'a b', './infra')).toMatchObject({ exitCode: 1 });
    await run('add', 'infra', './infra');
    expect(await run('add', 'infra', './infra')).toMatchObject({
      ...{ exitCode: 1, stdout: expect.stringContaining('already exists') },
    });
    expect(await run('update', 'infra')).toMatchObject({
      ...{ exitCode: 1, stdout: expect.stringMatching(/^Nothing to update/) },
    });
    expect(await run('update', 'infra', '--max-budget', 'inf')).toMatchObject({
      ...{ exitCode: 1, stdout: 'Error: --max-budget must be a finite number.\n' },
    });
    expect(await run('update', 'infra', '--timeout', '-1')).toMatchObject({ exitCode: 1 });
    for (const verb of ['update', 'remove', 'describe', 'test']) {
      const more = verb === 'update' ? ['--model', 'opus'] : [];
      expect(await run(verb, 'nobody', ...more), verb).toMatchObject({ exitCode: 1 });
    }
    writeFileSync(agentsFile, 'agents: [');
    const broken = await run('list');
    expect(broken.exitCode).toBe(1);
    expect(broken.stdout).toContain(`Error: config at ${agentsFile} is not valid YAML:\n`);
  });
});

test('groups are added, listed, inspected, changed and removed (R-ADX-008)', async () => {
  const { run } = aHome();
  await run('add', 'infra', './infra');
  await run('add', 'db', './infra');
  expect(await run('group', 'add', 'shop', '--member', 'nobody')).toMatchObject({ exitCode: 1 });
  const added = await run(
    'group',
    'add',
    'shop',
    '--member',
    'infra',
    '--member',
    'db',
    '--shared-context',
    'Shoes.',
  );
  expect(added).toMatchObject({ exitCode: 0, stdout: "Added group 'shop' (2 member(s)).\n" });
  expect((await run('group', 'list')).stdout).toBe(
    '  shop (2 member(s))\n    members: infra, db\n    shared context: yes\n\n',
  );
  expect((await run('group', 'inspect', 'shop')).stdout).toMatch(
    /^ {4}Shoes\.\n {2}members \(2\):\n {4}- infra$/m,
  );
  expect(await run('group', 'update', 'shop')).toMatchObject({ exitCode: 1 });
  expect((await run('group', 'update', 'shop', '--description', 'Sells')).stdout).toBe(
    "Updated group 'shop': description\n",
  );
  expect((await run('group', 'remove', 'shop')).stdout).toBe("Removed group 'shop'.\n");
});

test('jobs are listed, shown, called off and deleted, as text and as JSON (R-ADX-003, R-ADX-016, R-ADX-022, R-ADX-037, R-ADX-039)', async () => {
  const p = await aClaudeProject({ infra: { text: 'All well.\nSTATUS: done' } });
  const run = terminalOf(p);
  const { job_id } = await call(p.project, 'dispatch-async', { agent: 'infra', task: 'look' });
  await call(p.project, 'dispatch-wait', { job_id, timeout_seconds: 30 });
  expect((await run('jobs')).stdout).toMatch(new RegExp(`^${job_id} {2}done +infra +\\d+s {2}look\n$`));
  expect((await run('jobs', '--status', 'failed')).stdout).toBe('No failed jobs found.\n');
  expect(await run('jobs', '--status', 'lost')).toMatchObject({ exitCode: 2 });
  const listed = JSON.parse((await run('jobs', '--json', '--agent', 'infra')).stdout) as unknown;
  expect(listed).toMatchObject([{ id: job_id, status: 'done', outcome: 'done' }]);
  const shown = (await run('job', `${job_id}`)).stdout;
  expect(shown).toMatch(new RegExp(`^${job_id} \\[done\\]$`, 'm'));
  expect(shown).toMatch(/^ {2}outcome: +done$/m);
  expect(JSON.parse((await run('job', `${job_id}`, '--json')).stdout)).toMatchObject({
    id: job_id,
    task: 'look',
  });
  expect(await run('job', 'x', '--json')).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^{"error":/),
  });
  expect(await run('job', '0'.repeat(32))).toMatchObject({
    exitCode: 1,
    stdout: `Job not found: ${'0'.repeat(32)}\n`,
  });
  expect((await run('cancel', `${job_id}`)).stdout).toBe('Job already done; nothing to cancel.\n');
  expect(await run('gc', '--days', '0')).toMatchObject({ exitCode: 1 });
  expect((await run('gc', '--all', '--dry-run')).stdout).toBe(
    `${job_id}  done  infra  look\nWould delete 1 terminal job(s). No jobs deleted.\n`,
  );
  expect((await run('gc')).stdout).toBe('Deleted 0 job(s) older than 7 day(s).\n');
  expect((await run('gc', '--all')).stdout).toBe('Deleted 1 terminal job(s) (all ages).\n');
  const stats = JSON.parse((await run('stats', '--json')).stdout) as unknown;
  expect(stats).toMatchObject({ total: { dispatches: 1 }, agents: { infra: { ok: 1 } } });
  expect(await run('stats', '--days', '-1')).toMatchObject({ exitCode: 1 });
});

test('a job that runs is ended and not only refused, so that its cancel succeeds (R-ADX-003, R-AD-107)', async () => {
  const p = await aClaudeProject({ infra: { delayMs: 600_000 } });
  const run = terminalOf(p);
  const { job_id } = await call(p.project, 'dispatch-async', { agent: 'infra', task: 'look' });
  const { jobs, projection } = p.project.context.store;
  await until('it runs', async () => (await jobs.statusOf(`${job_id}`)) === 'running');
  expect(await run('cancel', `${job_id}`)).toMatchObject({ exitCode: 0, stdout: `Cancelled: ${job_id}\n` });
  expect(await jobs.statusOf(`${job_id}`)).toBe('cancelled');
  await until(
    'nothing runs',
    async () => (await projection.listRuns({ status: 'running', limit: 1 })).length === 0,
  );
});

test('trouble with the store is told as such (R-ADX-050)', async () => {
  const { run, home } = aHome();
  expect((await run('jobs')).stdout).toBe('No jobs found.\n');
  const state = join(home, 'state', 'dispatch', 'default', '.dispatch');
  writeFileSync(
    join(state, 'records.db'),
    'this is no database, but long enough to look like one '.repeat(100),
  );
  for (const suffix of ['-wal', '-shm']) rmSync(join(state, `records.db${suffix}`), { force: true });
  expect(await run('jobs')).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^Could not read job storage: /),
  });
  expect(await run('gc')).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^Could not access job storage: /),
  });
});

test('an agent is tried (R-AD-137)', async () => {
  const run = terminalOf(
    await aClaudeProject({
      infra: { text: 'A shop.' },
      bad: { result: { is_error: true, result: 'permission denied' } },
    }),
  );
  const good = await run('test', 'infra', 'What is this?');
  expect(good.exitCode).toBe(0);
  expect(good.stdout).toMatch(
    /^Dispatching to 'infra' \(.*\)\.\.\.\nTask: What is this\?\n---\nA shop\.\n\n--- Cost: /,
  );
  const bad = await run('test', 'bad');
  expect(bad.exitCode).toBe(1);
  expect(bad.stdout).toContain('Diagnosis: permission error\n');
  expect(bad.stdout).toContain('agent-dispatch update bad --permission-mode bypassPermissions\n');
});

describe('init', () => {
  test('makes a config once and registers itself with Claude Code (R-AD-131)', async () => {
    const { run, home, agentsFile } = aHome({ PATH: WITH_CLAUDE, FAKE_CLAUDE_STATE: aFolder() });
    const first = await run('init');
    expect(first.exitCode).toBe(0);
    expect(first.stdout).toContain(
      `Created config: ${agentsFile}\nRegistered MCP server with Claude Code (user scope).\n`,
    );
    expect((await run('init')).stdout).toContain(`Config already exists: ${agentsFile}\n`);
    const doctor = await run('doctor');
    expect(doctor.stdout).toContain('[OK] agent-dispatch is registered with Claude Code');
    expect(home).not.toBe('');
  });

  test('without claude says how to do it by hand (R-AD-131)', async () => {
    const { exitCode, stdout } = await aHome().run('init');
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^Warning: claude CLI not found\./m)]);
  });
});

describe('doctor', () => {
  test('looks at every section and counts what it found (R-AD-138, R-ADX-009, R-ADX-036)', async () => {
    const { run, agentsFile, infra } = aHome();
    mkdirSync(dirname(agentsFile), { recursive: true });
    writeFileSync(
      agentsFile,
      `agents:\n  infra: { directory: ${infra} }\n  gone: { directory: /nowhere/at/all }\ngroups:\n  good: { members: [infra] }\n  bad: { members: [nobody] }\n  empty: {}\n`,
    );
    const { exitCode, stdout } = await run('doctor');
    expect(exitCode).toBe(1);
    expect(stdout.match(/^[A-Z].*$/gm)?.filter((line) => !/\d/.test(line))).toEqual([
      ...['Environment', 'Config', 'MCP registration', 'Agents', 'Groups', 'Running servers', 'Summary'],
    ]);
    for (const line of [
      '[FAIL] claude CLI not found on PATH',
      `[OK] Config: ${agentsFile} (2 agents)`,
      `[OK] infra: ${infra} [CLAUDE.md]`,
      '[FAIL] gone: directory missing - /nowhere/at/all',
      '[OK] good: 1 member',
      '[FAIL] bad: unknown member(s): nobody',
      '[WARN] empty: no members configured',
    ]) {
      expect(stdout).toContain(`  ${line}\n`);
    }
    expect(stdout).toMatch(/\n3 issues, 3 warnings\n$/);
    const report = JSON.parse((await run('doctor', '--json')).stdout) as { checks: object[] };
    expect(report).toMatchObject({ schema_version: 1, status: 'fail', issues: 3, warnings: 3 });
    expect(report.checks).toContainEqual({
      ...{
        section: 'Agents',
        status: 'fail',
        message: 'gone: directory missing - /nowhere/at/all',
        details: [],
      },
    });
  });

  test('ends with 0 on warnings unless it is to be strict (R-ADX-036)', async () => {
    const { run } = aHome({ PATH: WITH_CLAUDE, FAKE_CLAUDE_STATE: aFolder() });
    expect(await run('doctor')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/\n\d warnings\n$/),
    });
    expect(await run('doctor', '--strict', '--json')).toMatchObject({ exitCode: 1 });
  });

  test('survives a config that is not UTF-8 and a claude that answers with bytes (R-ADX-050)', async () => {
    const bin = aFolder();
    writeFileSync(join(bin, 'claude'), '#!/bin/sh\nprintf "\\377\\376 what\\nagent-dispatch: x - ok\\n"\n');
    chmodSync(join(bin, 'claude'), 0o755);
    const { run, agentsFile } = aHome({ PATH: `${bin}${delimiter}${process.env.PATH}` });
    mkdirSync(dirname(agentsFile), { recursive: true });
    writeFileSync(agentsFile, Buffer.from([0xff, 0xfe, 0x41]));
    const { exitCode, stdout } = await run('doctor');
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining('[OK] agent-dispatch is registered')]);
    expect(stdout).toMatch(/^Config\n {2}\[FAIL\] /m);
    expect(stdout).toContain('[WARN] Skipped (config could not be loaded)');
  });

  test('names servers of another version (R-ADX-034)', async () => {
    const { run, agentsFile } = aHome();
    const servers = createMcpServers(join(dirname(agentsFile), 'servers'));
    const leave = await servers.register({
      version: '0.0.1',
      config: agentsFile,
      at: Date.now() - 7_200_000,
    });
    const { stdout } = await run('doctor');
    await leave();
    expect(stdout).toMatch(
      new RegExp(`1 server\\(s\\) still executing older code: pid ${process.pid} \\(0\\.0\\.1, up 2 h`),
    );
  });
});

test('serve is the MCP server of dispatch (R-AD-001, R-AD-139)', async () => {
  const { options } = aHome();
  const client = await anMcpClient('legacy', cliCommand(['serve'], options));
  expect(client.server().name).toBe('agent-dispatch');
  expect((await client.call('list_agents', {})).json).toEqual({
    error: 'No agents configured. Run: agent-dispatch add <name> <directory>',
  });
  await client.close();
});
