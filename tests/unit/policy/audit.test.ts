import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { byWhom } from '../../../src/core/policy/audit/by-whom.ts';
import { auditText } from '../../../src/core/policy/audit/chain.ts';
import { changedKeys } from '../../../src/core/policy/audit/changed-keys.ts';
import { governorChanges } from '../../../src/core/policy/audit/governor-changes.ts';
import { type TaskBefore, taskChange } from '../../../src/core/policy/audit/task-change.ts';
import { initialGovernor } from '../../../src/core/policy/governor/initial.ts';
import { reduce } from '../../../src/core/policy/governor/reduce.ts';
import type { GovernorState } from '../../../src/core/policy/governor/state.ts';

const ROW = {
  ...{ project: 'shop', seq: 1, at: 2, channel: 'cli', actor: 'ann' },
  ...{ action: 'move-task', subject: '1', detail: '{}' },
};
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

test('a hash is that of a documented text, and no two rows share one (R-PROD-028)', () => {
  expect(auditText(ROW, 'p')).toBe('["dispatch-audit-1","p","shop",1,2,"cli","ann","move-task","1","{}"]');
  const shifted = [
    auditText({ ...ROW, channel: 'cli|ann', actor: '' }, 'p'),
    auditText({ ...ROW, channel: 'cli","ann', actor: '' }, 'p'),
    auditText({ ...ROW, seq: 12, at: 0 }, 'p'),
    auditText(ROW, 'p'),
  ];
  expect(new Set(shifted.map(sha256)).size).toBe(4);
});

test.each([
  ['ann (http)', { channel: 'http', actor: 'ann' }],
  ['run:1 (x) (mcp)', { channel: 'mcp', actor: 'run:1 (x)' }],
  ['brake file (file)', { channel: 'file', actor: 'brake file' }],
  ['brake file', { channel: 'file', actor: 'brake file' }],
  ['ann', { channel: 'signal', actor: 'ann' }],
  ['auto', { channel: 'auto', actor: 'dispatch' }],
  [null, { channel: 'auto', actor: 'dispatch' }],
])('whoever is named %j is told apart by channel (R-PROD-065)', (by, expected) => {
  expect(byWhom(by)).toEqual(expected);
});

const START = initialGovernor({ project: 'shop', pools: { routes: 3 }, knownHosts: [], now: 0 });
const after = (...events: Parameters<typeof reduce>[1][]): GovernorState =>
  events.reduce((state, event) => reduce(state, event).state, START);
const ARM = { kind: 'arm', now: 1, reason: 'why', by: 'ann (cli)', stopRunning: true } as const;
const actions = (before: GovernorState | null, state: GovernorState) =>
  governorChanges(before, state, 9).map(({ action, subject }) => `${action} ${subject}`);

test('what a governor saves tells what changed since, once (R-PROD-065)', () => {
  const armed = after(ARM);
  expect(governorChanges(START, armed, 9)).toEqual([
    {
      ...{ at: 9, channel: 'cli', actor: 'ann', action: 'brake-armed', subject: 'shop' },
      detail: { epoch: armed.brake.epoch, reason: 'why', now: true },
    },
  ]);
  expect(actions(armed, armed)).toEqual([]);
  expect(actions(null, START)).toEqual([]);
  expect(actions(null, armed)).toEqual(['brake-armed shop']);
  const again = after(ARM, { ...ARM, now: 2, reason: 'still' });
  expect(actions(armed, again)).toEqual(['brake-armed shop']);
  const disarm = { kind: 'disarm', now: 3, by: 'ann (cli)' } as const;
  expect(actions(armed, after(ARM, disarm))).toEqual(['brake-disarmed shop']);
  // Both within one save: the store was away when it was armed.
  expect(actions(START, after(ARM, disarm))).toEqual(['brake-disarmed shop']);
  // A new governor counts the epoch on; nobody turned anything.
  const { brake } = after(ARM, disarm);
  expect(
    actions({ ...START, brake }, { ...START, brake: { ...brake, epoch: 9, by: null, at: null } }),
  ).toEqual([]);
  expect(actions(armed, { ...armed, brake: { ...armed.brake, epoch: 9 } })).toEqual([]);
});

test('pauses and pool limits are told, with when and who (R-SYS-020)', () => {
  const pause = { scope: 'agent', name: 'engineer', reason: 'ill', by: 'ann (http)' } as const;
  const paused = after({ kind: 'pause', now: 1, pause });
  expect(governorChanges(START, paused, 9)).toMatchObject([
    { action: 'paused', subject: 'agent engineer', channel: 'http', actor: 'ann', detail: { reason: 'ill' } },
  ]);
  expect(actions(paused, START)).toEqual(['unpaused agent engineer']);
  const wider = after({ kind: 'pool-limit', now: 1, pool: 'routes', limit: 5 });
  expect(governorChanges(START, wider, 9)).toMatchObject([
    { action: 'pool-limit', subject: 'routes', detail: { from: 3, to: 5 } },
  ]);
});

test('caps that count anew and breakers are told (R-PROD-009, R-PROD-063)', () => {
  const policy = { dailyMicroUsd: 5, agents: {} } as never;
  const budget = { policy, overrides: [], day: '2026-01-01', spent: {}, recent: {}, told: [] } as never;
  const capped: GovernorState = { ...START, budget };
  const target = { scope: 'agent', name: 'code' } as const;
  const set = { ...(budget as object), overrides: [{ target, microUsd: 7, fileMicroUsd: null }] } as never;
  expect(governorChanges(capped, { ...START, budget: set }, 9)).toMatchObject([
    { action: 'budget-cap-changed', subject: 'agent code', detail: { to_micro_usd: 7 } },
  ]);
  const reloaded = { ...(budget as object), policy: { dailyMicroUsd: 6, agents: {} } } as never;
  expect(governorChanges(capped, { ...START, budget: reloaded }, 9)).toMatchObject([
    { action: 'budget-cap-changed', subject: 'shop', detail: { keys: ['dailyMicroUsd'] } },
  ]);
  expect(actions(START, capped)).toEqual([]);
  const tripped = { failures: [1, 2], trippedAt: 2, openUntil: 9, probe: null, failedProbes: 0 };
  const broken = { ...START, breaker: { policy: {} as never, agents: { code: tripped } } };
  expect(actions(START, broken)).toEqual(['breaker-opened code']);
  expect(actions(broken, START)).toEqual(['breaker-closed code']);
});

test('a task is told of when its state changes, not when it is written again (R-PROD-029)', () => {
  const before: TaskBefore = {
    ...{ status: 'running' as const, token: 'r1', retryCount: 0, lostCount: 0, sourceQueue: 'Todo' },
    sessionId: null,
  };
  const change = (patch: object) => taskChange(before, { taskId: '1', ...patch }, { at: 9 });
  expect(change({ status: 'running', lastReason: 'x' })).toBeNull();
  expect(change({ blockedCode: 'no-slot' })).toBeNull();
  expect(change({ status: 'dead', anomaly: 'x' })).toMatchObject({
    ...{ action: 'task-dead', subject: '1' },
    detail: { from: 'running', run_id: 'r1', queue: 'Todo', anomaly: 'x' },
  });
});

test('of a configuration the names of changed keys are told, values never (R-SYS-012)', () => {
  const before = {
    agents: { a: { env: { TOKEN: 'old' } } },
    routes: [{ queueName: 'Todo', retries: 1 }],
    n: 1,
  };
  const after = {
    ...{ agents: { a: { env: { TOKEN: 'geheim' } }, b: {} } },
    ...{ routes: [{ queueName: 'Todo', retries: 2 }], n: 1 },
  };
  expect(changedKeys(before, after)).toEqual(['agents.a.env', 'agents.b', 'routes.Todo.retries']);
});
