import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { explainConfig } from '../../../src/adapters/config/explain-config.ts';
import { type LoadConfigOptions, loadConfig } from '../../../src/adapters/config/load-config.ts';
import { watchConfig } from '../../../src/adapters/config/watch-config.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder with these files, and nothing of this machine around it. */
function aFolder(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), 'dispatch-producer-'));
  folders.push(dir);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return dir;
}

const load = (cwd: string, more: Partial<LoadConfigOptions> = {}) =>
  loadConfig({ cwd, dir: cwd, env: { HOME: join(cwd, 'home') }, ...more });

const problemsOf = async (text: string, files: Readonly<Record<string, string>> = {}) => {
  const dir = aFolder({ 'producer.yaml': text, ...files });
  const error = await load(dir).then(
    () => new Error('loaded'),
    (thrown: Error) => thrown,
  );
  return error.message.replaceAll(dir, '<dir>').split('\n');
};

const SMALL = `
project_name: Night shift
budget:
  project_ceiling_usd: 200
  agents:
    code: { daily_cap_usd: 20 }
`;

describe('a producer.yaml', () => {
  test('has every default of ai-producer (R-PROD-012, R-PROD-018)', async () => {
    const dir = aFolder({ 'producer.yaml': SMALL });
    const { settings, notes } = await load(dir);
    expect(notes).toEqual([]);
    expect(settings).toMatchObject({
      ...{
        project: 'Night-shift',
        projectTitle: 'Night shift',
        baseDir: dir,
        stateDir: join(dir, '.dispatch'),
      },
      board: { kind: 'ledger', path: join(dir, 'agent-state/ledger.db') },
      brakeFile: join(dir, 'agent-state/kill_switch'),
      escalationsDir: join(dir, 'agent-state/escalations'),
      reportsDir: join(dir, 'agent-state'),
      auth: { mode: 'auto', inheritPermissionMode: 'bypassPermissions' },
      defaults: { pollIntervalSeconds: 10 },
      notifications: { subjectPrefix: 'Producer', ntfy: null, idlePolls: 12 },
      pools: { routes: 3, dispatch: 5, roles: 1 },
      roles: {
        code: {
          ...{ promptPath: null, allowedTools: ['Read', 'Glob', 'Grep'], disallowedTools: [], model: null },
          ...{ permissionMode: null, maxTurns: 16, expects: null },
        },
      },
      agents: { 'role:code': { name: 'code', kind: 'role', cwd: dir, timeoutSeconds: 3600 } },
      routes: [
        {
          ...{ queueName: 'code', inProgressQueue: 'code:in_progress', completedQueue: 'code:done' },
          ...{ deadLetterQueue: 'code:escalated', failedQueue: 'code:failed', agent: 'code', pool: 'roles' },
          ...{ maxRetries: 2, retryBackoffSeconds: 0, timeoutSeconds: 3600, pollIntervalSeconds: 10 },
        },
      ],
    });
  });

  test('takes paths from its project_root, and every option of a role (R-PROD-012, R-PROD-018)', async () => {
    const dir = aFolder({
      'producer.yaml': `
project_name: shop
project_root: work
ledger_db: state/l.db
kill_switch: stop
budget:
  project_ceiling_usd: 10
  agents:
    code:
      daily_cap_usd: 1
      prompt: agents/code.md
      allowed_tools: [Read, Edit]
      disallowed_tools: [Bash]
      model: opus
      timeout_seconds: 60
      max_budget_usd: 2
      max_turns: 32
      permission_mode: plan
      max_retries: 0
      concurrency: 4
      cwd: sub
      expects: files
`,
      'work/agents/code.md': 'You code.',
    });
    const { settings } = await load(dir);
    const root = join(dir, 'work');
    expect(settings).toMatchObject({
      baseDir: dir,
      board: { path: join(root, 'state/l.db') },
      brakeFile: join(root, 'stop'),
      reportsDir: join(root, 'agent-state'),
      pools: { 'role:code': 4, roles: 1 },
      roles: {
        code: {
          ...{ promptPath: join(root, 'agents/code.md'), allowedTools: ['Read', 'Edit'], maxTurns: 32 },
          ...{ disallowedTools: ['Bash'], model: 'opus', permissionMode: 'plan', expects: 'files' },
        },
      },
      agents: { 'role:code': { cwd: join(root, 'sub'), timeoutSeconds: 60, options: { max_budget_usd: 2 } } },
      routes: [{ maxRetries: 0, pool: 'role:code' }],
    });
  });

  test('a planner is one of its roles (R-PROD-046)', async () => {
    const file = (planner: string) => `project_name: x
planner: ${planner}
budget: { project_ceiling_usd: 5, agents: { lead: { daily_cap_usd: 1 } } }
`;
    const dir = aFolder({ 'producer.yaml': file('lead') });
    expect((await load(dir)).settings.planner).toBe('lead');
    expect(await problemsOf(file('led'))).toEqual([
      'producer.yaml:2:1: planner: there is no role "led" (did you mean lead?)',
    ]);
  });

  test('tells all its problems at once, each under its own key (R-PROD-019)', async () => {
    const problems = await problemsOf(`
poll_interval_seconds: 0
notifications: { ntfy_topic: "a b" }
auth: { mode: sometimes }
budget:
  soft_cap_ratio: 1.5
  agents:
    code: { daily_cap_usd: -1, max_turns: 0 }
    qa: { allowed_tools: Read }
`);
    expect(problems).toEqual([
      'producer.yaml:2:1: project_name: is missing',
      'producer.yaml:2:1: poll_interval_seconds: must be a positive number of seconds (at most 604800)',
      "producer.yaml:4:9: auth.mode: must be one of ['auto', 'inherit', 'isolated']; got 'sometimes'",
      'producer.yaml:5:1: budget.project_ceiling_usd: is missing',
      'producer.yaml:6:3: budget.soft_cap_ratio: must be a number from 0 to 1',
      'producer.yaml:8:13: budget.agents.code.daily_cap_usd: must be a number of dollars from 0 to 1000000',
      'producer.yaml:8:32: budget.agents.code.max_turns: must be a whole number from 1 to 10000',
      'producer.yaml:9:5: budget.agents.qa.daily_cap_usd: is missing',
      'producer.yaml:9:11: budget.agents.qa.allowed_tools: must be a list of names of tools',
    ]);
  });

  test('that is empty or no map says what must be in it (R-PROD-019)', async () => {
    for (const text of ['', '- 1', 'yes'])
      expect((await problemsOf(text)).join()).toContain('must be a map of keys to values, with project_name');
  });

  test('is told when a system prompt is missing or leads out of the project (R-PROD-016)', async () => {
    const outside = aFolder({ 'secret.md': 'x' });
    const dir = aFolder({
      'producer.yaml': `
project_name: shop
budget:
  project_ceiling_usd: 1
  agents:
    code: { daily_cap_usd: 1, prompt: agents/code.md }
    qa: { daily_cap_usd: 1, prompt: ../qa.md }
    link: { daily_cap_usd: 1, prompt: link.md }
`,
    });
    symlinkSync(join(outside, 'secret.md'), join(dir, 'link.md'));
    await expect(load(dir)).rejects.toThrow(
      [
        `producer.yaml:6:31: budget.agents.code.prompt: system prompt of role "code" is missing: ${dir}/agents/code.md`,
        `producer.yaml:7:29: budget.agents.qa.prompt: system prompt of role "qa" must be within ${dir}: ${dirname(dir)}/qa.md`,
        `producer.yaml:8:31: budget.agents.link.prompt: system prompt of role "link" leads out of ${dir}: ${outside}/secret.md`,
      ].join('\n'),
    );
  });

  test('warns of every key that nobody reads (R-PROD-019)', async () => {
    const text = SMALL.replace('daily_cap_usd: 20', 'daily_cap_usd: 20, max_turn: 3').concat(
      'colour: green\n',
    );
    const { notes } = await load(aFolder({ 'producer.yaml': text }));
    expect(notes.map((note) => note.text)).toEqual([
      'producer.yaml:7:1: colour: unknown key, ignored',
      'producer.yaml:6:32: budget.agents.code.max_turn: unknown key, ignored (did you mean max_turns?)',
    ]);
  });

  test('beside a dispatch.yaml is a conflict, told and not merged', async () => {
    const dir = aFolder({ 'producer.yaml': SMALL, 'dispatch.yaml': 'board: b.json\n' });
    await expect(load(dir)).rejects.toThrow(`${dir} has dispatch.yaml and producer.yaml: keep one of them`);
  });

  test('is read under any name when it is named', async () => {
    const dir = aFolder({ 'night.yaml': SMALL, 'dispatch.yaml': 'board: b.json\n' });
    const { dir: _dir, ...options } = { dir, cwd: dir, env: { HOME: dir }, file: 'night.yaml' };
    expect((await loadConfig(options)).settings.projectTitle).toBe('Night shift');
  });

  test('says where each value came from (design: dispatch config)', async () => {
    const env = { PRODUCER_AUTH_MODE: 'inherit' };
    const dir = aFolder({ 'producer.yaml': SMALL });
    const loaded = await load(dir, { env: { HOME: dir, ...env } });
    const rows = new Map(explainConfig(loaded).map(({ key, value, from }) => [key, [value, from]]));
    expect(rows.get('project_title')).toEqual(['Night shift', 'producer.yaml:2:1']);
    expect(rows.get('poll_interval')).toEqual([10, 'default']);
    expect(rows.get('auth.mode')).toEqual(['inherit', 'environment variable PRODUCER_AUTH_MODE']);
    expect(rows.get('roles.code')?.[1]).toBe('producer.yaml:6:5');
    await expect(load(dir, { env: { HOME: dir, PRODUCER_AUTH_MODE: 'x' } })).rejects.toThrow(
      "environment variable PRODUCER_AUTH_MODE: auth.mode: must be one of ['auto', 'inherit', 'isolated']; got 'x'",
    );
  });
});

test('a changed producer.yaml is taken into use, a broken one is not (R-PROD-017)', async () => {
  const dir = aFolder({ 'night.yaml': SMALL });
  const options = { cwd: dir, env: { HOME: join(dir, 'home') }, file: 'night.yaml' };
  const changes: unknown[] = [];
  const problems: (string | null)[] = [];
  const watch = await watchConfig({
    ...{ load: options, current: await loadConfig(options) },
    onChange: (settings) => void changes.push(settings.roles?.code?.maxTurns),
    onProblem: (problem) => void problems.push(problem === null ? null : problem.message),
  });
  const save = async (text: string) => {
    writeFileSync(join(dir, 'night.yaml'), text);
    await watch.check();
  };
  await save(SMALL.replace('daily_cap_usd: 20', 'daily_cap_usd: 20, max_turns: 40'));
  await save(SMALL.replace('daily_cap_usd: 20', 'daily_cap_usd: 20, max_turns: none'));
  await watch.close();
  expect(changes).toEqual([40]);
  expect(problems).toEqual([expect.stringContaining('budget.agents.code.max_turns: must be a whole number')]);
});

test('a planner in dispatch.yaml needs a role of that name and a ledger (R-PROD-046)', async () => {
  const roles = 'roles: { lead: { kind: command, command: echo } }\n';
  const dir = aFolder({ 'dispatch.yaml': `board: b.json\nplanner: plan\n${roles}` });
  const told = (await load(dir).catch(({ message }: Error) => message)) as string;
  expect(told).toContain('2:1: planner: there is no role "plan"');
  expect(told).toContain('2:1: planner: needs a board of kind ledger: only a ledger knows who filed what');
});

test('dispatch.yaml may have roles, too, and routes may name them as role:<name> (R-SYS-023)', async () => {
  const dir = aFolder({
    'dispatch.yaml': `
board: b.json
agents: { code: [echo] }
roles:
  code: { kind: command, command: [./code.sh] }
routes:
  - { queue: Todo, agent: "role:code" }
  - { queue: Other, agent: code }
`,
  });
  const { settings } = await load(dir);
  expect(settings.routes).toMatchObject([
    { queueName: 'Todo', agent: 'code' },
    { queueName: 'Other', agent: 'code' },
    { queueName: 'code', agent: 'code', pool: 'roles' },
  ]);
  expect(settings.agents).toMatchObject({
    code: { command: ['echo'] },
    'role:code': { command: ['./code.sh'] },
  });
});
