import { expect, test } from 'vitest';
import { type RouteGlobals, resolveAgent } from '../../../src/core/policy/resolve-agent.ts';
import { resolveRoute } from '../../../src/core/policy/resolve-route.ts';
import { AgentSpec, Route, type RouteConfig } from '../../../src/core/schema/route.ts';

const ENGINEER = {
  name: 'engineer',
  kind: 'claude-cli',
  command: ['claude', '--agent', 'engineer', '-p'],
  promptVia: 'argument',
  cwd: '/work',
  env: { A: '1', B: '1' },
  timeoutSeconds: 900,
  silenceSeconds: 60,
  options: { model: 'opus' },
} as const satisfies AgentSpec;

function globalsWith(defaults: Partial<RouteGlobals['defaults']> = {}): RouteGlobals {
  return {
    agents: { engineer: { ...ENGINEER, command: [...ENGINEER.command] } },
    defaults: {
      command: ['claude', '-p'],
      agent: null,
      pollIntervalSeconds: 30,
      timeoutSeconds: 600,
      silenceSeconds: null,
      maxRetries: 2,
      retryBackoffSeconds: 0,
      deadLetterQueue: 'Dead',
      ...defaults,
    },
  };
}

const routeOf = (config: Partial<RouteConfig>, defaults: Partial<RouteGlobals['defaults']> = {}) =>
  resolveRoute({ queue_name: 'Todo', ...config }, globalsWith(defaults), 0, 'code');
const agentOf = (config: Partial<RouteConfig>, defaults: Partial<RouteGlobals['defaults']> = {}) =>
  resolveAgent({ queue_name: 'Todo', ...config }, globalsWith(defaults));

test('a route that says nothing inherits everything (R-ART-016, R-ART-069)', () => {
  const route = routeOf({});
  expect(Route.parse(route)).toEqual({
    queueName: 'Todo',
    inProgressQueue: 'In Progress',
    agent: 'command:base',
    args: [],
    promptTemplate: null,
    timeoutSeconds: 600,
    pollIntervalSeconds: 30,
    priority: null,
    maxRetries: 2,
    retryBackoffSeconds: 0,
    nonRetryableExitCodes: [],
    deadLetterQueue: 'Dead',
    deadLetterQueueSource: 'global',
    completedQueue: null,
    onExternalMove: 'keep',
    assignee: null,
    origin: 'code',
    index: 0,
  });
});

const timeouts: readonly (readonly [RouteConfig['timeout'], number | null, number | null])[] = [
  [undefined, 600, 600],
  [null, 600, 600],
  [undefined, null, null],
  [120, 600, 120],
  [120, null, 120],
  ['none', 600, null],
];
test.each(timeouts)(
  'timeout %s under a global %s is %s (R-ART-052, R-ART-053)',
  (timeout, global, expected) => {
    expect(routeOf({ timeout }, { timeoutSeconds: global }).timeoutSeconds).toBe(expected);
  },
);

const deadLetters: readonly (readonly [
  RouteConfig['dead_letter_queue'],
  string | null,
  string | null,
  string,
])[] = [
  [undefined, 'Dead', 'Dead', 'global'],
  [null, 'Dead', 'Dead', 'global'],
  [undefined, null, null, 'unset'],
  ['Own', 'Dead', 'Own', 'route'],
  ['none', 'Dead', null, 'disabled'],
  [false, 'Dead', null, 'disabled'],
];
test.each(deadLetters)(
  'dead-letter queue %s under a global %s is %s from %s (R-ART-070)',
  (own, global, queue, source) => {
    const route = routeOf({ dead_letter_queue: own }, { deadLetterQueue: global });
    expect([route.deadLetterQueue, route.deadLetterQueueSource]).toEqual([queue, source]);
  },
);

test('no retries for one route switches off a global number (R-ART-069, R-ART-071)', () => {
  expect(routeOf({ max_retries: 0 }).maxRetries).toBe(0);
  expect(routeOf({ max_retries: 7 }).maxRetries).toBe(7);
  expect(routeOf({ max_retries: null }).maxRetries).toBe(2);
});

test('a named agent comes before the own command, the default agent and the base command (R-ART-011, R-ART-021)', () => {
  expect(routeOf({ agent: 'engineer', command: 'other' }).agent).toBe('engineer');
  expect(routeOf({ command: 'other' }, { agent: 'engineer' }).agent).toBe('command:Todo');
  expect(routeOf({}, { agent: 'engineer' }).agent).toBe('engineer');
  expect(routeOf({}).agent).toBe('command:base');
});

test('an agent brings its own limits; the route overrides them (R-ART-052)', () => {
  expect(routeOf({ agent: 'engineer' }).timeoutSeconds).toBe(900);
  expect(routeOf({ agent: 'engineer', timeout: 5 }).timeoutSeconds).toBe(5);
  const agent = agentOf({
    agent: 'engineer',
    silence_timeout: 'none',
    cwd: '/else',
    env: { B: '2' },
    prompt_via: 'stdin',
  });
  expect(AgentSpec.parse(agent)).toEqual({
    ...ENGINEER,
    silenceSeconds: null,
    cwd: '/else',
    env: { A: '1', B: '2' },
    promptVia: 'stdin',
  });
});

test('the base command makes an agent of its own (R-ART-002, R-ART-011)', () => {
  const agent = { name: 'command:base', kind: 'command', command: ['claude', '-p'], timeoutSeconds: 600 };
  expect(AgentSpec.parse(agentOf({}))).toMatchObject(agent);
});

test('a command in words is split, a list stands as it is (R-ART-019)', () => {
  expect(agentOf({ command: 'run "my agent" -p' }).command).toEqual(['run', 'my agent', '-p']);
  expect(agentOf({ command: ['run', 'my agent'] }).command).toEqual(['run', 'my agent']);
});

test('nothing to run and an unknown agent are named with their route (R-ART-003)', () => {
  expect(() => agentOf({}, { command: [] })).toThrow('route "Todo": there is no command to run');
  expect(() => agentOf({ agent: 'enginer' })).toThrow('route "Todo": there is no agent "enginer"');
  expect(() => agentOf({ agent: 'constructor' })).toThrow('there is no agent "constructor"');
});
