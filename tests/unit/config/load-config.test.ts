import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/adapters/config/load-config.ts';
import { modelOptionsOf } from '../../../src/core/policy/model-options.ts';
import { resolveAgent } from '../../../src/core/policy/resolve-agent.ts';
import { Settings } from '../../../src/core/schema/settings.ts';
import { aFolder, load } from './config-folder.ts';

const SMALLEST = `
board: board.json
command: my-agent
routes:
  - queue_name: Todo
`;

test('the smallest file gets every default of the replaced tool (R-ART-001, 002, 004, 005, 006, 007, 012)', async () => {
  const { settings, file } = await load(SMALLEST);
  expect(Settings.parse(settings)).toEqual(settings);
  expect(settings).toMatchObject({
    project: basename(settings.baseDir),
    stateDir: join(settings.baseDir, '.dispatch'),
    board: { kind: 'json', path: join(settings.baseDir, 'board.json'), idStyle: 'number' },
    defaults: {
      command: ['my-agent'],
      agent: null,
      pollIntervalSeconds: 30,
      timeoutSeconds: null,
      silenceSeconds: null,
      maxRetries: 0,
      retryBackoffSeconds: 0,
      deadLetterQueue: null,
    },
    pools: { routes: 3, dispatch: 5, roles: 1 },
    hostSlots: null,
    api: { host: '127.0.0.1', port: 8000, enableQueueManagement: false, requireTokens: false },
    temporal: { address: null, namespace: 'default', profile: null },
    hosts: 'single',
    debug: false,
  });
  expect(file).toBe(join(settings.baseDir, 'dispatch.yaml'));
});

test('the file of the documentation becomes one agent and one route (R-ART-016, 018, 019)', async () => {
  const { settings } = await load(`
project: shop
board: { kind: json, path: board.json }
agents:
  engineer: { kind: command, command: [claude, --agent, engineer, -p], timeout: 1800 }
  short: "python3 -m 'my agent'"
routes:
  - queue_name: Todo
    agent: engineer
    in_progress_queue: In Progress
    prompt_template: "Work on task {task_id}: {task_name}."
    priority: 1
    max_retries: 2
    dead_letter_queue: Failed
  - queue: Review
    agent: short
    prompt: "Look at {task_name}"
max_concurrent_agents: 4
`);
  expect(settings.project).toBe('shop');
  expect(settings.agents.short?.command).toEqual(['python3', '-m', 'my agent']);
  expect(settings.routes).toMatchObject([
    {
      queueName: 'Todo',
      agent: 'engineer',
      timeoutSeconds: 1800,
      maxRetries: 2,
      deadLetterQueue: 'Failed',
      index: 0,
    },
    {
      queueName: 'Review',
      agent: 'short',
      promptTemplate: 'Look at {task_name}',
      timeoutSeconds: null,
      index: 1,
    },
  ]);
  expect(settings.pools.routes).toBe(4);
});

test('none switches a global timeout and dead-letter queue off for one route (R-ART-053, 069, 070, 071)', async () => {
  const { settings } = await load(`
board: b.json
command: x
agent_timeout: 60
dead_letter_queue: Failed
max_retries: 2
routes:
  - { queue_name: A, timeout: none, dead_letter_queue: none, max_retries: 0 }
  - { queue_name: B, timeout: null, dead_letter_queue: null }
  - { queue_name: C, dead_letter_queue: false }
`);
  expect(settings.routes).toMatchObject([
    { timeoutSeconds: null, deadLetterQueue: null, deadLetterQueueSource: 'disabled', maxRetries: 0 },
    { timeoutSeconds: 60, deadLetterQueue: 'Failed', deadLetterQueueSource: 'global', maxRetries: 2 },
    { deadLetterQueue: null, deadLetterQueueSource: 'disabled' },
  ]);
});

test('flags win over the environment, that over the project, that over the user, and each value knows its source', async () => {
  const folder = aFolder({
    'home/.config/dispatch/dispatch.yaml':
      'poll_interval: 1\nmax_retries: 1\nagent_timeout: 1\napi_port: 1\nboard: no.json\n',
    'project/dispatch.yaml': `${SMALLEST}max_retries: 2\nagent_timeout: 2\napi_port: 2\n`,
  });
  const { settings, originOf, notes } = await loadConfig({
    cwd: join(folder, 'project'),
    env: { HOME: join(folder, 'home'), DISPATCH_AGENT_TIMEOUT: '3', DISPATCH_API_PORT: '3' },
    flags: { api_port: '4' },
  });
  expect(settings.defaults).toMatchObject({ pollIntervalSeconds: 1, maxRetries: 2, timeoutSeconds: 3 });
  expect(settings.api.port).toBe(4);
  expect(settings.board).toMatchObject({ path: join(folder, 'project', 'board.json') });
  const user = join(folder, 'home/.config/dispatch/dispatch.yaml');
  expect(originOf(['poll_interval'])).toEqual({ kind: 'file', file: user, line: 1, column: 1 });
  expect(originOf(['max_retries'])).toEqual({ kind: 'file', file: 'dispatch.yaml', line: 6, column: 1 });
  expect(originOf(['agent_timeout'])).toEqual({ kind: 'environment', name: 'DISPATCH_AGENT_TIMEOUT' });
  expect(originOf(['api_port'])).toEqual({ kind: 'flag', name: '--port' });
  expect(originOf(['debug'])).toEqual({ kind: 'default' });
  expect(notes.map(({ text }) => text)).toContain(`${user}: board belongs into a project's file, ignored`);
});

test('the nearest file above the working folder is found, and --dir looks nowhere else', async () => {
  const folder = aFolder({ 'dispatch.yml': SMALLEST, 'deep/er/file': '' });
  const cwd = join(folder, 'deep/er');
  expect((await loadConfig({ cwd, env: {} })).file).toBe(join(folder, 'dispatch.yml'));
  expect((await loadConfig({ cwd, dir: '../..', env: {} })).settings.baseDir).toBe(folder);
  await expect(loadConfig({ cwd: folder, dir: 'deep', env: {} })).rejects.toMatchObject({
    code: 'invalid-config',
    hint: expect.stringContaining('dispatch init'),
    details: { missing: true },
  });
});

test('JSON is a configuration too', async () => {
  const folder = aFolder({
    'dispatch.json': '{"$schema": "x", "board": "b.json", "command": ["a"], "routes": []}',
  });
  const { settings, notes } = await loadConfig({ cwd: folder, env: {} });
  expect(settings.defaults.command).toEqual(['a']);
  expect(notes).toEqual([]);
});

test('a folder name that is no project name is cleaned', async () => {
  const folder = aFolder({ '..My shop (ü)/dispatch.yaml': SMALLEST });
  const { settings } = await loadConfig({ cwd: join(folder, '..My shop (ü)'), env: {} });
  expect(settings.project).toBe('My-shop');
});

test('an agent of kind claude-cli takes the keys of agents.yaml and needs no command (R-AD-025, R-SYS-023)', async () => {
  const { settings, notes } = await load(`
board: board.json
command: ./base.sh
agents:
  engineer:
    kind: claude-cli
    directory: shop
    model: opus
    permission_mode: plan
    allowed_tools: ["Bash(git *)"]
    disallowed_tools: [WebFetch]
    max_budget_usd: 0.5
    instructions: Be brief.
    description: Knows the shop
routes:
  - { queue_name: Todo, agent: engineer }
`);
  const { engineer } = settings.agents;
  expect(notes).toEqual([]);
  expect(engineer).toMatchObject({ kind: 'claude-cli', cwd: `${settings.baseDir}/shop`, command: [] });
  expect(resolveAgent({ queue_name: 'Todo', agent: 'engineer' }, settings).command).toEqual([]);
  expect(modelOptionsOf(engineer!)).toEqual({
    model: 'opus',
    permissionMode: 'plan',
    allowedTools: ['Bash(git *)'],
    disallowedTools: ['WebFetch'],
    budgetMicroUsd: 500_000,
    systemPrompt: '## Standing instructions for "engineer"\nBe brief.',
  });
});

test('what would be read as an option of the CLI is refused in the file (R-AD-029)', async () => {
  const agent = 'engineer: { kind: claude-cli, model: --resume, cwd: a, directory: b, max_budget_usd: -1 }';
  await expect(load(`board: board.json\nagents:\n  ${agent}\n`)).rejects.toThrow(
    /model: must not .*start with a dash[\s\S]*max_budget_usd/,
  );
});
