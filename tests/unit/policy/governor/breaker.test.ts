import { describe, expect, test } from 'vitest';
import type { GovernorEvent } from '../../../../src/core/policy/governor/events.ts';
import { reduce } from '../../../../src/core/policy/governor/reduce.ts';
import type { GovernorState } from '../../../../src/core/policy/governor/state.ts';
import { nextMoment } from '../../../../src/core/policy/governor/wake.ts';
import { BREAKER_DEFAULTS } from '../../../../src/core/policy/money/policy-of.ts';
import { after, aGovernor, aRequest, ask, disarmed, reasonOf, T0 } from './builders.ts';

const MINUTE_MS = 60_000;
const COOLDOWN_MS = 5 * MINUTE_MS;

const watched = (fields: Partial<typeof BREAKER_DEFAULTS> = {}): GovernorState =>
  after(aGovernor(99), {
    ...{ kind: 'policy', now: T0 },
    policy: { budget: null, breaker: { ...BREAKER_DEFAULTS, enabled: true, ...fields } },
  });
const up = (now: number): GovernorEvent => ({ kind: 'host-up', now, hostId: 'h1', slots: 99, runs: [] });

let serial = 0;
/** One run of an agent that ends so. */
function run(state: GovernorState, agent: string, outcome: 'ok' | 'failed' | 'none', now = T0) {
  serial += 1;
  const leaseId = `run-${serial}`;
  const asked = ask(after(state, up(now)), aRequest(leaseId, { agent }), now);
  expect(asked.answer.kind).toBe('granted');
  const usage = { costMicroUsd: 0, outcome };
  return reduce(asked.state, { kind: 'release', now, request: { leaseId, usage } });
}
const failing = (state: GovernorState, agent: string, times: number, now = T0): GovernorState =>
  Array.from({ length: times }).reduce<GovernorState>((next) => run(next, agent, 'failed', now).state, state);
const answerTo = (state: GovernorState, agent: string, now = T0, leaseId = 'x') =>
  ask(after(state, up(now)), aRequest(leaseId, { agent }), now);

describe('an agent that keeps failing', () => {
  test('is stopped at its fifth failure within ten minutes; others go on (R-PROD-063)', () => {
    const state = failing(watched(), 'code', 4);
    expect(answerTo(state, 'code').answer.kind).toBe('granted');
    const tripped = run(state, 'code', 'failed');
    expect(reasonOf(answerTo(tripped.state, 'code').answer)).toMatch(
      /^breaker: agent "code" failed 5 times lately; one run tries again at 20/,
    );
    expect(tripped.effects).toContainEqual(
      expect.objectContaining({
        kind: 'notice',
        notice: expect.objectContaining({ kind: 'anomaly', key: 'breaker/code' }),
      }),
    );
    expect(answerTo(tripped.state, 'qa').answer.kind).toBe('granted');
    expect(tripped.state.brake.armed).toBe(false);
  });
  test('is not stopped by failures that are spread out, nor by runs that say nothing about it', () => {
    const spread = Array.from({ length: 9 }).reduce<GovernorState>(
      (next, _, index) => run(next, 'code', 'failed', T0 + index * 3 * MINUTE_MS).state,
      watched(),
    );
    expect(answerTo(spread, 'code', T0 + 24 * MINUTE_MS).answer.kind).toBe('granted');
    const none = Array.from({ length: 9 }).reduce<GovernorState>(
      (next) => run(next, 'code', 'none').state,
      watched(),
    );
    expect(answerTo(none, 'code').answer.kind).toBe('granted');
  });
  test('is never stopped where that is switched off', () => {
    expect(answerTo(failing(watched({ enabled: false }), 'code', 20), 'code').answer.kind).toBe('granted');
  });
  test('is remembered under the name of its role', () => {
    const state = failing(watched(), 'role:code', 5);
    expect(Object.keys(state.breaker?.agents ?? {})).toEqual(['code']);
    expect(answerTo(state, 'role:code').answer.kind).toBe('waiting');
  });
  test('turns away whoever waits for its answer', () => {
    const state = failing(watched(), 'code', 5);
    expect(ask(state, aRequest('x', { agent: 'code', ifBlocked: 'refuse' })).answer).toMatchObject({
      kind: 'refused',
      blocked: { code: 'breaker', until: T0 + COOLDOWN_MS },
    });
  });
});

describe('after the cooldown', () => {
  const open = failing(watched(), 'code', 5);
  const at = T0 + COOLDOWN_MS;
  const half = after(open, up(at));

  test('one run tries, and only one', () => {
    expect(nextMoment(open)).toBe(at);
    const probe = answerTo(half, 'code', at, 'probe');
    expect(probe.answer.kind).toBe('granted');
    expect(reasonOf(answerTo(probe.state, 'code', at).answer)).toContain('one run of it tries');
  });
  test('whoever waits is served one at a time without another event', () => {
    const line = ['a', 'b', 'c'].reduce(
      (state, id) => ask(state, aRequest(id, { agent: 'code' })).state,
      open,
    );
    const served = after(line, up(at - 1), { kind: 'tick', now: at });
    expect(Object.keys(served.leases)).toEqual(['a']);
  });
  test('a success lets all in again and forgets the failures', () => {
    const closed = run(half, 'code', 'ok', at);
    expect(closed.state.breaker?.agents).toEqual({});
    expect(closed.effects).toContainEqual({ kind: 'notice-over', key: 'breaker/code' });
    expect(answerTo(failing(closed.state, 'code', 4, at), 'code', at).answer.kind).toBe('granted');
  });
  test('a failure doubles the wait', () => {
    const again = run(half, 'code', 'failed', at).state;
    expect(nextMoment(again)).toBe(at + 2 * COOLDOWN_MS);
    expect(again.brake.armed).toBe(false);
  });
  test('a try that comes to nothing lets the next one try', () => {
    const { state } = run(half, 'code', 'none', at);
    expect(answerTo(state, 'code', at).answer.kind).toBe('granted');
    const probe = answerTo(half, 'code', at, 'probe').state;
    const gone = after(probe, { kind: 'withdraw', now: at, leaseId: 'probe' });
    expect(answerTo(gone, 'code', at).answer.kind).toBe('granted');
  });
  test('an older run that ends meanwhile decides nothing', () => {
    const old = ask(watched(), aRequest('old', { agent: 'code' })).state;
    const stopped = failing(old, 'code', 5);
    const usage = { costMicroUsd: 0, outcome: 'ok' } as const;
    const ended = after(stopped, { kind: 'release', now: T0, request: { leaseId: 'old', usage } });
    expect(answerTo(ended, 'code').answer.kind).toBe('waiting');
  });
});

describe('the kill switch arms itself (R-PROD-063)', () => {
  const reason = 'qa failed 5× in 10 min — kill switch armed';

  test('when two agents are stopped within the window, with the words and the author people know', () => {
    const one = failing(watched(), 'code', 5);
    const two = run(failing(one, 'qa', 4), 'qa', 'failed');
    expect(two.state.brake).toMatchObject({ armed: true, by: 'auto', reason });
    expect(two.effects).toContainEqual(
      expect.objectContaining({ kind: 'apply-epoch', armed: true, autoReason: reason, stopRunning: false }),
    );
    expect(two.effects).toContainEqual({ kind: 'persist', part: 'brake' });
    expect(two.effects).toContainEqual(
      expect.objectContaining({
        notice: expect.objectContaining({
          kind: 'kill-switch',
          action: 'kill_switch_armed_by_producer',
          body: reason,
        }),
      }),
    );
  });
  test('not when they are stopped far apart', () => {
    const one = failing(watched(), 'code', 5);
    expect(failing(one, 'qa', 5, T0 + 11 * MINUTE_MS).brake.armed).toBe(false);
  });
  test('at the first one, or never, as configured', () => {
    expect(failing(watched({ globalAgents: 1 }), 'qa', 5).brake.reason).toBe(reason);
    const never = failing(failing(watched({ globalAgents: 0 }), 'code', 5), 'qa', 5);
    expect(never.brake.armed).toBe(false);
  });
  test('when the tries of one agent failed twice', () => {
    const first = run(failing(watched(), 'code', 5), 'qa', 'ok', T0 + COOLDOWN_MS).state;
    const once = run(first, 'code', 'failed', T0 + COOLDOWN_MS).state;
    const twice = run(once, 'code', 'failed', T0 + 3 * COOLDOWN_MS).state;
    expect(twice.brake.reason).toBe('code failed 7× in 15 min — kill switch armed');
  });
  test('resume forgets all failures; the next one does not arm it again', () => {
    const armed = failing(failing(watched(), 'code', 5), 'qa', 5);
    const resumed = after(armed, disarmed());
    expect(resumed.breaker?.agents).toEqual({});
    expect(failing(resumed, 'qa', 1).brake.armed).toBe(false);
  });
  test('resume lets a stopped agent go on although the kill switch is not armed', () => {
    const open = failing(watched(), 'code', 5);
    const line = ask(open, aRequest('x', { agent: 'code' })).state;
    const resumed = reduce(line, disarmed());
    expect(Object.keys(resumed.state.leases)).toEqual(['x']);
    expect(resumed.state.brake.epoch).toBe(open.brake.epoch);
    expect(resumed.effects).toContainEqual({ kind: 'notice-over', key: 'breaker/code' });
  });
});
