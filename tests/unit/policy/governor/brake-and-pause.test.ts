import { expect, test } from 'vitest';
import { PAUSES_CHARS_MAX, PAUSES_MAX } from '../../../../src/core/limits.ts';
import type { GovernorEvent } from '../../../../src/core/policy/governor/events.ts';
import { nextPauseEnd, pauseFits } from '../../../../src/core/policy/governor/pause.ts';
import { reduce } from '../../../../src/core/policy/governor/reduce.ts';
import type { Pause } from '../../../../src/core/policy/governor/state.ts';
import {
  admitAll,
  after,
  aGovernor,
  aRequest,
  armed,
  ask,
  disarmed,
  hostUp,
  reasonOf,
  released,
  T0,
} from './builders.ts';

const pauseOf = (scope: Pause['scope'], name: string | null = null, reason: string | null = null) =>
  ({ kind: 'pause', now: T0, pause: { scope, name, reason, by: 'ann' } }) as const;

test('arming stops all grants, counts the epoch and tells every live host (R-SYS-019)', () => {
  const two = after(aGovernor(2), hostUp('h2', 1), hostUp('silent', 1, T0 - 60_000));
  const { state, effects } = reduce(two, armed(T0, true));
  const news = { kind: 'apply-epoch', epoch: 1, armed: true, stopRunning: true };
  expect(effects).toEqual([
    { kind: 'persist', part: 'brake' },
    { ...news, hostId: 'h1' },
    { ...news, hostId: 'h2' },
  ]);
  expect(ask(state, aRequest('a')).answer).toMatchObject({
    kind: 'waiting',
    blocked: { code: 'brake' },
    room: { free: 0 },
  });
});

test('while armed a release frees the slot and nobody gets it; disarming grants at once', () => {
  const waiting = after(admitAll(aGovernor(1), aRequest('a'), aRequest('b')), armed(), released('a'));
  expect(waiting.leases).toEqual({});
  const { state, effects } = reduce(waiting, disarmed());
  expect(state.brake).toEqual({ armed: false, epoch: 2, reason: null, by: 'ann', at: T0 });
  expect(effects).toContainEqual(
    expect.objectContaining({ kind: 'send-grant', leaseId: 'b', workflowId: 'task/shop/b', epoch: 2 }),
  );
});

test('arming again counts anew, so that --now gets through; disarming twice does nothing', () => {
  const twice = after(aGovernor(1), armed(), armed(T0, true));
  expect(twice.brake).toMatchObject({ armed: true, epoch: 2, stopRunning: true });
  const open = after(twice, disarmed());
  expect(reduce(open, disarmed())).toEqual({ state: open, effects: [] });
});

const PAUSES: readonly [what: string, pause: ReturnType<typeof pauseOf>, reason: string][] = [
  ['the project', pauseOf('project', null, 'deploy'), 'paused: the project is paused by ann: deploy'],
  ['its route', pauseOf('route', 'Todo'), 'paused: route "Todo" is paused by ann'],
  ['its agent', pauseOf('agent', 'engineer'), 'paused: agent "engineer" is paused by ann'],
];
test.each(PAUSES)('a pause of %s holds a request back and names itself (R-SYS-020)', (_, pause, reason) => {
  const paused = after(aGovernor(1), pause);
  const { answer, state } = ask(paused, aRequest('a'));
  expect(reasonOf(answer)).toBe(reason);
  const { effects } = reduce(state, {
    kind: 'unpause',
    now: T0,
    scope: pause.pause.scope,
    name: pause.pause.name,
  });
  expect(effects).toContainEqual(expect.objectContaining({ kind: 'send-grant', leaseId: 'a' }));
});

test('one held back by a pause does not block those behind it (R-SYS-020)', () => {
  const paused = after(admitAll(aGovernor(1), aRequest('a')), pauseOf('route', 'Todo'));
  const line = admitAll(paused, aRequest('held'), aRequest('free', { route: 'QA', order: [5, 0] }));
  expect(Object.keys(after(line, released('a')).leases)).toEqual(['free']);
});

const limited = (until: number, name = 'claude') =>
  ({
    ...pauseOf('account', name, 'session limit'),
    pause: { ...pauseOf('account', name).pause, until },
  }) as const;

test('the limit of an account holds back what runs on it until its reset, and nothing else (R-SYS-021, R-ADX-032)', () => {
  const paused = after(aGovernor(2), limited(T0 + 1_000));
  const held = ask(paused, aRequest('a', { account: 'claude' }));
  expect(reasonOf(held.answer)).toBe(
    'usage-limit: account "claude" is at its usage limit until 2027-01-15T08:00:01.000Z',
  );
  for (const account of [{}, { account: 'claude/other' }])
    expect(ask(held.state, aRequest('b', account)).answer.kind).toBe('granted');
  const early = reduce(held.state, { kind: 'tick', now: T0 + 999 });
  expect(early.state.leases).toEqual({});
  const { state, effects } = reduce(held.state, { kind: 'tick', now: T0 + 1_000 });
  expect(state.pauses).toEqual([]);
  expect(effects).toContainEqual({ kind: 'persist', part: 'operator' });
  expect(effects).toContainEqual(expect.objectContaining({ kind: 'send-grant', leaseId: 'a' }));
});

test('whoever waits for an answer is told of the limit at once, in line too (R-ADX-032)', () => {
  const call = { account: 'claude', ifBlocked: 'refuse' } as const;
  const paused = after(aGovernor(1), limited(T0 + 1_000));
  const { answer } = ask(paused, aRequest('a', call));
  expect(answer).toMatchObject({ kind: 'refused', blocked: { code: 'usage-limit' } });
  const line = admitAll(aGovernor(1), aRequest('runs'), aRequest('waits', call));
  const { effects } = reduce(line, limited(T0 + 1_000));
  expect(effects).toContainEqual(expect.objectContaining({ kind: 'send-refusal', leaseId: 'waits' }));
});

test('of two ends of one limit the later one holds; a person may end it before', () => {
  const twice = after(aGovernor(1), limited(T0 + 5_000), limited(T0 + 1_000));
  expect(twice.pauses).toMatchObject([{ scope: 'account', name: 'claude', until: T0 + 5_000 }]);
  expect(nextPauseEnd(after(twice, limited(T0 + 900, 'codex'), pauseOf('project')))).toBe(T0 + 900);
  const lifted = after(twice, { kind: 'unpause', now: T0, scope: 'account', name: 'claude' });
  expect([lifted.pauses, nextPauseEnd(lifted)]).toEqual([[], null]);
});

test('pauses lift one by one, by scope, or all at once', () => {
  const three = after(aGovernor(1), pauseOf('route', 'A'), pauseOf('route', 'B'), pauseOf('project'));
  const count = (scope: Pause['scope'] | 'all', name: string | null) =>
    after(three, { kind: 'unpause', now: T0, scope, name }).pauses.length;
  expect(count('route', 'A')).toBe(2);
  expect(count('route', null)).toBe(1);
  expect(count('project', 'whatever')).toBe(2);
  expect(count('all', null)).toBe(0);
  expect(count('agent', 'nobody')).toBe(3);
});

test('the same pause again replaces its reason; their number is bounded', () => {
  const again = after(aGovernor(1), pauseOf('route', 'A', 'x'), pauseOf('route', 'A', 'y'));
  expect(again.pauses).toEqual([{ scope: 'route', name: 'A', reason: 'y', by: 'ann', at: T0 }]);
  const many = Array.from({ length: PAUSES_MAX }, (_, index) => pauseOf('route', `q${index}`));
  const full = after(aGovernor(1), ...many);
  expect(pauseFits(full, pauseOf('route', 'one more').pause)).toBe(false);
  expect(pauseFits(full, pauseOf('route', 'q7').pause)).toBe(true);
  expect(pauseFits(aGovernor(1), pauseOf('route', 'long', 'x'.repeat(PAUSES_CHARS_MAX)).pause)).toBe(false);
  expect(after(full, pauseOf('route', 'one more')).pauses).toHaveLength(PAUSES_MAX);
});

test('the binding reason follows one precedence: brake, pause of project, route, agent, host, slot', () => {
  const reasons: string[] = [];
  const agent = pauseOf('agent', 'engineer');
  const route = pauseOf('route', 'Todo');
  let state = after(
    aGovernor(0),
    { kind: 'host-down', now: T0, hostId: 'h1' },
    agent,
    route,
    pauseOf('project'),
    armed(),
  );
  const lift = (...events: GovernorEvent[]) => {
    reasons.push(reasonOf(ask(state, aRequest('a')).answer));
    state = after(state, ...events);
  };
  lift(disarmed());
  lift({ kind: 'unpause', now: T0, scope: 'project', name: null });
  lift({ kind: 'unpause', now: T0, scope: 'route', name: 'Todo' });
  lift({ kind: 'unpause', now: T0, scope: 'agent', name: 'engineer' });
  lift(hostUp('h1', 1));
  lift();
  expect(reasons).toEqual([
    'brake: the brake is armed by ann: costs too much',
    'paused: the project is paused by ann',
    'paused: route "Todo" is paused by ann',
    'paused: agent "engineer" is paused by ann',
    'no-host: no host that runs agents is up',
    'no-slot: waiting for a slot: pool "routes" has none to give',
  ]);
});
