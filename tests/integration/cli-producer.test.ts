import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aFolder, runCli, startCli } from '../helpers/cli.ts';
import { rows } from '../helpers/ledger-file.ts';
import { temporalAddress, workflowBundle } from '../helpers/temporal-server.ts';

const CLI_MS_MAX = 180_000;

/** A project of ai-producer whose roles are scripts, and its command line. */
function aTeam(roles: Readonly<Record<string, string>>) {
  const cwd = aFolder();
  const home = join(cwd, 'home');
  mkdirSync(home);
  for (const [name, script] of Object.entries(roles))
    writeFileSync(join(cwd, `${name}.sh`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const agents = Object.keys(roles).map((name) => [
    name,
    { daily_cap_usd: 10, kind: 'command', command: [`./${name}.sh`] },
  ]);
  const config = {
    ...{ project_name: `team-${Math.random().toString(36).slice(2, 10)}`, poll_interval_seconds: 1 },
    budget: { project_ceiling_usd: 100, agents: Object.fromEntries(agents) },
  };
  writeFileSync(join(cwd, 'producer.yaml'), JSON.stringify(config));
  const env = {
    ...{ HOME: home, XDG_STATE_HOME: join(home, 'state'), XDG_CONFIG_HOME: join(home, 'config') },
    ...{ TEMPORAL_ADDRESS: temporalAddress(), DISPATCH_WORKFLOW_BUNDLE: workflowBundle() },
  };
  const options = { cwd, env, program: 'producer' as const };
  return {
    ...{ cwd, options, ledger: join(cwd, 'agent-state', 'ledger.db') },
    producer: (...args: string[]) => runCli(args, options),
    async add(role: string, title: string, ...more: string[]) {
      const words = ['task', 'add', '--agent', role, '--title', title, '--description', 'x', ...more];
      const { exitCode, stdout, stderr } = await runCli(words, options);
      expect([exitCode, stderr]).toEqual([0, '']);
      return stdout.trim();
    },
  };
}

test(
  'files and lists tasks with nothing running, in the lines of ai-producer (R-PROD-069, R-PROD-070, R-PROD-104)',
  async () => {
    const { producer, add } = aTeam({ code: 'true', qa: 'true' });
    expect((await producer('task', 'list')).stdout).toBe('(no tasks with status=pending)\n');
    const id = await add('code', 'Build the cart', '--payload', '{"size": 3}');
    expect(id).toMatch(/^01[0-9A-Z]{24}$/);
    const urgent = await add('qa', 'Check it', '--priority', '0', '--dependencies', id);
    expect((await producer('task', 'list')).stdout).toBe(
      `${urgent}  p0  [qa]  Check it\n${id}  p3  [code]  Build the cart\n`,
    );
    expect((await producer('task', 'list', '--agent', 'qa')).stdout).toBe(`${urgent}  p0  [qa]  Check it\n`);
    const shown = JSON.parse((await producer('task', 'show', id)).stdout);
    expect(shown.ledger).toMatchObject({ role: 'code', payload: { size: 3 }, priority: 3 });
    expect((await producer('task', 'kill', id)).stdout).toBe(`${id} is killed\n`);
    expect((await producer('task', 'list', '--status', 'killed')).stdout).toBe(
      `${id}  p3  [code]  Build the cart\n`,
    );
    const unknown = await producer('task', 'add', '--agent', 'cod', '--title', 't', '--description', 'd');
    expect([unknown.exitCode, unknown.stdout]).toEqual([1, '']);
    expect(unknown.stderr).toMatch(/^producer: .*code, qa.*\n$/);
    const list = await producer(
      'task',
      'add',
      '--agent',
      'qa',
      '--title',
      't',
      '--description',
      'd',
      '--payload',
      '[]',
    );
    expect([list.exitCode, list.stderr]).toEqual([
      1,
      expect.stringContaining('--payload must be a JSON object'),
    ]);
    expect((await producer('task', 'add', '--agent', 'qa')).exitCode).toBe(2);
    expect((await producer()).exitCode).toBe(2);
    expect((await producer('tasks')).exitCode).toBe(2);
    const missing = await producer('--config', 'other.yaml', 'task', 'list');
    expect([missing.exitCode, missing.stderr]).toEqual([
      1,
      expect.stringMatching(/^producer: no such file: .*other\.yaml/),
    ]);
    expect((await producer('task', 'list', '--config', 'producer.yaml')).exitCode).toBe(0);
  },
  CLI_MS_MAX,
);

test(
  'arms and disarms the kill switch with nothing running (R-PROD-061)',
  async () => {
    const { producer, cwd } = aTeam({ code: 'true' });
    const file = join(cwd, 'agent-state', 'kill_switch');
    expect((await producer('resume')).stdout).toBe(`kill switch disarmed at ${file}\n`);
    expect((await producer('kill', 'too', 'dear')).stdout).toBe(`kill switch armed at ${file}\n`);
    expect(readFileSync(file, 'utf8')).toBe('1\n');
    expect(readFileSync(`${file}.reason`, 'utf8')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ: too dear\n$/);
    expect((await producer('resume')).stdout).toBe(`kill switch disarmed at ${file}\n`);
    expect(readFileSync(file, 'utf8')).toBe('0\n');
  },
  CLI_MS_MAX,
);

test(
  'makes one pass and ends with 0, or says by its exit code what it left (R-PROD-035, R-PROD-104)',
  async () => {
    const { producer, add, ledger } = aTeam({ code: 'echo "$1" > prompt.txt', qa: 'exit 3' });
    await add('code', 'Build');
    const bad = await add('qa', 'Check');
    const once = await producer('run', '--once');
    expect(once.exitCode).toBe(0);
    expect(once.stdout).toBe('');
    expect(once.stderr).toMatch(
      /^\S+ \S+ producer\.cli INFO Single-pass complete; dispatched 2 task\(s\)\.$/m,
    );
    expect(rows(ledger, 'select status, retry_count from tasks order by rowid')).toEqual([
      { status: 'done', retry_count: 0 },
      { status: 'pending', retry_count: 1 },
    ]);
    expect((await producer('run', '--once', '--drain', '--strict-exit')).exitCode).toBe(4);
    expect(rows(ledger, 'select status, retry_count from tasks where id = ?', bad)).toEqual([
      { status: 'escalated', retry_count: 3 },
    ]);
    await producer('kill');
    expect((await producer('run', '--once', '--strict-exit')).exitCode).toBe(3);
    expect((await producer('run', '--once')).exitCode).toBe(0);
    await add('code', 'Go on');
    await producer('resume');
    expect((await producer('run', '--once', '--strict-exit')).stderr).toContain('dispatched 1 task(s)');
  },
  CLI_MS_MAX,
);

test(
  'stays until it is told to stop, and then lets what runs finish (R-PROD-035)',
  async () => {
    const { add, ledger, options } = aTeam({ code: 'touch began; sleep 2; touch ended' });
    const running = startCli(['run'], options);
    await running.says(/Producer is up/);
    const id = await add('code', 'Build');
    const status = () =>
      rows<{ status: string }>(ledger, 'select status from tasks where id = ?', id)[0]?.status;
    const deadline = performance.now() + 20_000;
    while (status() !== 'in_progress' && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 1));
    // It is claimed; its agent may not have been started yet.
    running.child.kill('SIGTERM');
    expect((await running.ended).exitCode).toBe(0);
    expect(status()).toBe('done');
  },
  CLI_MS_MAX,
);

test(
  'speaks as ai-producer does: version, usage with 2, one line and 1 for what is wrong, options before and after the verb (R-PROD-001)',
  async () => {
    const { producer, add, cwd } = aTeam({ code: 'true' });
    expect(await producer('--version')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^producer \d+\.\d+\.\d+\n$/),
    });
    for (const words of [[], ['nonsense'], ['task', 'add', '--agent', 'code'], ['run', '--nonsense']])
      expect((await producer(...words)).exitCode, words.join(' ')).toBe(2);
    const missing = await producer('task', 'list', '--config', 'none.yaml');
    expect(missing).toMatchObject({ exitCode: 1, stdout: '' });
    expect(missing.stderr).toMatch(/^producer: .*none\.yaml.*\n$/);
    const words = ['task', 'add', '--agent', 'code', '--title', 'x', '--description', 'y'];
    const malformed = await producer(...words, '--payload', '{');
    expect(malformed).toMatchObject({ exitCode: 1, stdout: '' });
    expect(malformed.stderr.trim().split('\n')).toHaveLength(1);
    const id = await add('code', 'Build');
    const config = join(cwd, 'producer.yaml');
    const before = await producer('--config', config, 'task', 'list');
    expect(before).toEqual(await producer('task', 'list', '--config', config));
    expect(before.stdout).toContain(id);
  },
  CLI_MS_MAX,
);
