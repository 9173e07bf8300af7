import { expect, test } from 'vitest';
import { sampleConfig } from '../../../src/adapters/config/sample-config.ts';
import { settingsFromCode } from '../../../src/adapters/config/settings-from-code.ts';
import { load, problemsOf } from './config-folder.ts';

const context = { baseDir: '/srv/shop', env: {} };

test('the options of the replaced tool are taken verbatim, camelCase too (R-ART-001)', () => {
  const options = {
    command: 'claude',
    poll_interval: 10,
    agent_timeout: 600,
    max_concurrent_agents: 2,
    api_host: '127.0.0.1',
    api_port: 8001,
    max_retries: 3,
    dead_letter_queue: 'Failed',
    enable_queue_management: true,
    routes: [{ queue_name: 'Todo', args: ['--agent', 'engineer', '-p'], in_progress_queue: 'Doing' }],
  };
  const { settings } = settingsFromCode(options, context);
  expect(settings).toMatchObject({
    project: 'shop',
    board: { kind: 'custom' },
    defaults: { pollIntervalSeconds: 10, timeoutSeconds: 600, maxRetries: 3, deadLetterQueue: 'Failed' },
    pools: { routes: 2 },
    api: { port: 8001, enableQueueManagement: true },
    routes: [
      {
        queueName: 'Todo',
        args: ['--agent', 'engineer', '-p'],
        inProgressQueue: 'Doing',
        timeoutSeconds: 600,
      },
    ],
  });
  const camel = settingsFromCode(
    {
      command: 'claude',
      pollInterval: 10,
      agentTimeout: 600,
      maxConcurrentAgents: 2,
      apiHost: '127.0.0.1',
      apiPort: 8001,
      maxRetries: 3,
      deadLetterQueue: 'Failed',
      enableQueueManagement: true,
      defaultAgent: undefined,
      routes: [{ queueName: 'Todo', args: ['--agent', 'engineer', '-p'], inProgressQueue: 'Doing' }],
    },
    context,
  );
  expect(camel.settings).toEqual(settings);
});

test('code hears the same errors as a file, without a place', () => {
  const routes = [
    { queue_name: 'Todo', timeout: 0 },
    { queue_name: 'Todo', agent: 'nobody' },
  ];
  expect(() => settingsFromCode({ command: 'x', routes }, context)).toThrow(
    [
      'routes[0].timeout: must be a positive number of seconds (at most 604800) or "none"',
      'routes[1].queue_name: queue "Todo" already has a route: routes[0]',
      'routes[1].agent: unknown agent "nobody" (there are no agents)',
    ].join('\n'),
  );
});

test('names of agents and variables are kept as they are written', () => {
  const agents = { myAgent: { command: 'x', env: { MyVar: '1' }, promptVia: 'stdin' } };
  const { settings } = settingsFromCode(
    { agents, default_agent: 'myAgent', routes: [{ queue: 'A' }] },
    context,
  );
  expect(settings.agents.myAgent).toMatchObject({ env: { MyVar: '1' }, promptVia: 'stdin', options: {} });
  expect(settings.routes).toMatchObject([{ agent: 'myAgent' }]);
});

test('agents of a kind that code brings along are known by that kind alone', () => {
  const options = {
    agents: { own: { kind: 'mine', colour: 'red' } },
    routes: [{ queue_name: 'A', agent: 'own' }],
  };
  const { settings, notes } = settingsFromCode(options, { ...context, agentKinds: ['command', 'mine'] });
  expect(settings.agents.own).toMatchObject({ kind: 'mine', options: { colour: 'red' } });
  expect(notes).toEqual([]);
  expect(() => settingsFromCode(options, context)).toThrow('agents.own.kind: must be one of command');
});

test('environment and flags come over code only when asked for (R-ART-001)', () => {
  const env = { DISPATCH_POLL_INTERVAL: '5' };
  const options = { command: 'x', poll_interval: 9 };
  expect(settingsFromCode(options, { baseDir: '/', env }).settings.defaults.pollIntervalSeconds).toBe(9);
  const layered = settingsFromCode(options, { baseDir: '/', env, layered: { flags: { api_port: 0 } } });
  expect(layered.settings).toMatchObject({ defaults: { pollIntervalSeconds: 5 }, api: { port: 0 } });
});

test('the sample of dispatch init loads without a note, whatever was answered', async () => {
  const answers = { boardPath: 'board.json', command: 'claude --agent engineer -p', queueName: 'Todo' };
  const text = sampleConfig({ ...answers, completedQueue: 'Done' });
  expect(text.split('\n').length).toBeLessThanOrEqual(15);
  const { settings, notes } = await load(text);
  expect(notes).toEqual([]);
  expect(settings).toMatchObject({
    defaults: { command: ['claude', '--agent', 'engineer', '-p'] },
    routes: [{ queueName: 'Todo', timeoutSeconds: 1800, maxRetries: 1, deadLetterQueue: 'Failed' }],
  });
  expect(settings.routes[0]?.completedQueue).toBe('Done');
  expect((await load(sampleConfig(answers))).settings.routes[0]?.completedQueue).toBeNull();
  const odd = { boardPath: 'a: b #c.json', command: `run "it's" - # {x}`, queueName: 'no', project: '007' };
  const loaded = (await load(sampleConfig(odd))).settings;
  expect(loaded).toMatchObject({ project: '007', routes: [{ queueName: 'no' }] });
  expect(loaded.defaults.command).toEqual(['run', "it's", '-', '#', '{x}']);
  expect(loaded.board).toMatchObject({ path: expect.stringMatching(/\/a: b #c\.json$/) });
});

test('a ledger is named by kind and path, and what becomes of tasks whose dependencies failed (R-SYS-040, R-PROD-098)', async () => {
  const { settings } = await load('board: { kind: ledger, path: state/l.db, on_dependency_failed: kill }\n');
  expect(settings.board).toMatchObject({ kind: 'ledger', onDependencyFailed: 'kill' });
  expect(settings.board).toHaveProperty('path', expect.stringMatching(/^\/.*\/state\/l\.db$/));
  expect(await problemsOf('board: { kind: ledger, path: l.db, on_dependency_failed: stop }\n')).toEqual([
    'dispatch.yaml:1:36: board.on_dependency_failed: must be wait, escalate or kill',
  ]);
});

test('faults of board and agents say what is right', async () => {
  expect(await problemsOf('board: { kind: sqk, path: x }\n')).toEqual([
    'dispatch.yaml:1:10: board.kind: must be json, ledger or memory',
  ]);
  expect(await problemsOf('board: { kind: json }\n')).toEqual([
    expect.stringContaining('board.path: is missing'),
  ]);
  expect(await problemsOf('board: 3\n')).toEqual([
    'dispatch.yaml:1:1: board: must be a path, or kind (json or memory) and path',
  ]);
  expect(await problemsOf('board: b.json\nagents:\n  a: 3\n  "b:c": x\n  d: { timeout: 0 }\n')).toEqual([
    'dispatch.yaml:3:3: agents.a: must be a command, or a map that describes the agent',
    'dispatch.yaml:4:3: agents["b:c"]: is not a usable name',
    'dispatch.yaml:5:8: agents.d.timeout: must be a positive number of seconds (at most 604800) or "none"',
  ]);
});
