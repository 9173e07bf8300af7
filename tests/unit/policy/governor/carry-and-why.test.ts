import { expect, test } from 'vitest';
import { GOVERNOR_STATE_BYTES_MAX, WAITING_LINE_MAX } from '../../../../src/core/limits.ts';
import { blockOf } from '../../../../src/core/policy/governor/block.ts';
import { carryEffects, carryState, mayCarry } from '../../../../src/core/policy/governor/carry.ts';
import { waitingReasons, whyOf } from '../../../../src/core/policy/governor/why.ts';
import { BREAKER_DEFAULTS } from '../../../../src/core/policy/money/policy-of.ts';
import { aPolicy } from '../money/builders.ts';
import { admitAll, after, aGovernor, aRequest, armed, hostUp, released, T0 } from './builders.ts';

test('unconfirmed grants and unconfirmed epochs are said again after Continue-As-New', () => {
  const state = after(admitAll(aGovernor(1), aRequest('a'), aRequest('b')), released('a'), armed(T0, true));
  expect(mayCarry(state)).toBe(false);
  expect(carryEffects(state)).toEqual([
    { kind: 'send-grant', leaseId: 'b', workflowId: 'task/shop/b', epoch: 0, grantedAt: T0 },
    { kind: 'apply-epoch', hostId: 'h1', epoch: 1, armed: true, stopRunning: true },
  ]);
  const told = after(state, { kind: 'grant-delivered', now: T0, leaseId: 'b' });
  expect(mayCarry(told)).toBe(true);
});

test('the carried state keeps within its bound by forgetting the oldest released ids', () => {
  const uuid = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const crowd = Array.from({ length: WAITING_LINE_MAX + 300 }, (_, index) => aRequest(uuid(index)));
  const ended = Array.from({ length: 1_000 }, (_, index) => released(uuid(5_000 + index)));
  const state = after(admitAll(aGovernor(300), ...crowd), ...ended);
  expect(JSON.stringify(state).length).toBeGreaterThan(GOVERNOR_STATE_BYTES_MAX);
  const carried = carryState(state);
  expect(JSON.stringify(carried).length).toBeLessThanOrEqual(GOVERNOR_STATE_BYTES_MAX);
  expect({ ...carried, released: [] }).toEqual({ ...state, released: [] });
  expect(carried.released.at(-1)).toBe(uuid(5_999));
  expect(carryState(carried)).toBe(carried);
});

test('caps, costs and failures of very many agents fit beside a full line (R-PROD-052)', () => {
  const name = (index: number) => `agent-${String(index).padStart(34, '0')}`;
  const names = Array.from({ length: 100 }, (_, index) => name(index));
  const caps = Object.fromEntries(names.map((agent) => [agent, { cap: 10 ** 12, reservation: 10 ** 11 }]));
  const breaker = { ...BREAKER_DEFAULTS, enabled: true, failures: 20, globalAgents: 0 };
  const policy = { budget: aPolicy({ daily: 10 ** 15, agents: caps }), breaker };
  const rich = after(aGovernor(100), { kind: 'policy', now: T0, policy });
  const usage = { costMicroUsd: 999_999_999, outcome: 'failed' } as const;
  let state = rich;
  for (const agent of names) {
    for (let run = 0; run < 20; run += 1) {
      const leaseId = `${agent}-${run}`;
      const admitted = admitAll(state, aRequest(leaseId, { agent }));
      state = after(admitted, { kind: 'release', now: T0 + run, request: { leaseId, usage } });
    }
  }
  const crowd = Array.from({ length: WAITING_LINE_MAX + 300 }, (_, index) =>
    aRequest(`00000000-0000-4000-8000-${String(index).padStart(12, '0')}`),
  );
  const carried = carryState(admitAll(state, ...crowd));
  expect(JSON.stringify(carried).length).toBeLessThanOrEqual(GOVERNOR_STATE_BYTES_MAX);
  expect(carried.waiting).toHaveLength(WAITING_LINE_MAX);
  expect(Object.keys(carried.budget?.spent.agents ?? {})).toHaveLength(100);
  expect(Object.keys(carried.breaker?.agents ?? {})).toHaveLength(100);
});

test('why tells of a task that runs, waits, would be held back, or is free to start', () => {
  const supposed = {
    taskId: 'task-x',
    pool: 'routes',
    route: 'Todo',
    agent: 'engineer',
    order: [0, 5],
  } as const;
  const free = aGovernor(1);
  expect(whyOf(free, supposed, T0)).toEqual({ kind: 'free', text: 'nothing holds it back: a slot is free' });
  const state = admitAll(free, aRequest('a'), aRequest('b'), aRequest('behind', { order: [0, 9] }));
  expect(whyOf(state, { ...supposed, taskId: 'task-a' }, T0)).toMatchObject({
    kind: 'running',
    text: 'it holds a slot of pool "routes"',
  });
  expect(whyOf(state, { ...supposed, taskId: 'task-b' }, T0)).toMatchObject({
    kind: 'waiting',
    since: T0,
    text: 'waiting for a slot: 1 of 1 in use, next in line',
  });
  expect(whyOf(state, supposed, T0)).toMatchObject({
    kind: 'blocked',
    text: 'waiting for a slot: 1 of 1 in use, 1 ahead in line',
  });
});

test('the reasons of the whole line are those of each entry alone', () => {
  const two = after(aGovernor(2, 3), { kind: 'pool-limit', now: T0, pool: 'dispatch', limit: 2 });
  const pause = { scope: 'route', name: 'Held', reason: null, by: 'ann' } as const;
  const paused = after(two, { kind: 'pause', now: T0, pause });
  const pools = ['routes', 'dispatch', 'routes', 'nowhere'];
  const crowd = Array.from({ length: 12 }, (_, index) =>
    aRequest(`w${index}`, { pool: pools[index % 4] ?? 'routes', route: index % 5 === 0 ? 'Held' : 'Todo' }),
  );
  const line = admitAll(paused, ...crowd);
  for (const state of [line, after(line, armed()), after(line, hostUp('h1', 0))]) {
    const alone = state.waiting.map((entry) => blockOf(state, entry, T0));
    expect(waitingReasons(state, T0).map(({ blocked }) => blocked)).toEqual(alone);
    expect(alone.length).toBeGreaterThan(5);
  }
});
