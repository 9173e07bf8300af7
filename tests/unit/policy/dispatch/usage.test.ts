import { expect, test } from 'vitest';
import { readUsageLine } from '../../../../src/core/policy/dispatch/read-usage-line.ts';
import { usageLine } from '../../../../src/core/policy/dispatch/usage-line.ts';
import type { UsageRecord } from '../../../../src/core/policy/dispatch/usage-record.ts';
import { usageStats } from '../../../../src/core/policy/dispatch/usage-stats.ts';
import { suggestedTimeout, typicalOf } from '../../../../src/core/policy/dispatch/usage-typical.ts';

const NOW = 1_700_000_000_000;
const fine = { agent: 'infra', success: true, result: 'x', cost_usd: 0.1, duration_ms: 900, num_turns: 3 };
const note = { agent: 'infra', caller: 'web', result: fine, at: NOW, wallMs: 1_000 };

test('a line has what is known and is read back (R-ADX-027)', () => {
  const line = usageLine({ ...note, result: { ...fine, outcome: 'done' } });
  expect(line).toBe(
    '{"t":1700000000,"agent":"infra","ok":true,"cost":0.1,"ms":900,"turns":3,"outcome":"done","caller":"web"}\n',
  );
  expect(readUsageLine(line)).toEqual({
    ...{ t: 1_700_000_000, agent: 'infra', ok: true, cached: false },
    ...{ cost: 0.1, ms: 900, turns: 3, outcome: 'done', caller: 'web' },
  });
});

test('wall time stands in for the agent’s own; a failure has its type; a cached answer costs nothing (R-ADX-027)', () => {
  const failure = { agent: 'infra', success: false, result: '', error: 'x', error_type: 'timeout' as const };
  expect(usageLine({ ...note, caller: '', result: failure })).toBe(
    '{"t":1700000000,"agent":"infra","ok":false,"ms":1000,"err":"timeout"}\n',
  );
  expect(usageLine({ ...note, cached: true })).toBe(
    '{"t":1700000000,"agent":"infra","ok":true,"cached":true,"caller":"web"}\n',
  );
});

test('a line never exceeds 2048 bytes (R-ADX-027)', () => {
  const line = usageLine({ ...note, agent: '\u0001'.repeat(5_000), caller: '\ud83d\ude00'.repeat(5_000) });
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(2_048);
  expect(readUsageLine(line)?.agent).toHaveLength(100);
});

test.each([
  ['no JSON', '{"t":1', null],
  ['no object', '[1]', null],
  ['no agent', '{"t":1,"ok":true}', null],
  ['null', 'null', null],
  ['an odd agent', '{"agent":7}', null],
  [
    'implausible numbers',
    '{"t":-5,"agent":"a","ok":"yes","cost":1e6,"ms":1e9,"turns":"3","outcome":7}',
    { t: null, agent: 'a', ok: false, cached: false },
  ],
  [
    'an infinite price',
    '{"t":1,"agent":"a","ok":true,"cost":1e999}',
    { t: 1, agent: 'a', ok: true, cached: false },
  ],
])('a line with %s is no trouble (R-ADX-035)', (_, line, expected) => {
  expect(readUsageLine(line)).toEqual(expected);
});

const aRecord = (fields: Partial<UsageRecord> = {}): UsageRecord => ({
  ...{ t: NOW / 1000, agent: 'infra', ok: true, cached: false },
  ...fields,
});
const all = { days: null, agent: null, now: NOW };

test('nothing sums up to zeros (R-ADX-030)', () => {
  const zero = { dispatches: 0, cached_hits: 0, ok: 0, failed: 0, cost_usd: 0 };
  expect(usageStats([], all)).toEqual({ total: zero, agents: {} });
});

test('the sums of an agent (R-ADX-030)', () => {
  const records = [
    aRecord({ ms: 100, cost: 0.1, outcome: 'done' }),
    aRecord({ ms: 300, cost: 0.2, outcome: 'done' }),
    aRecord({ ms: 500, ok: false, err: 'timeout' }),
    aRecord({ cached: true }),
  ];
  expect(usageStats(records, all).agents).toEqual({
    infra: {
      ...{ dispatches: 3, cached_hits: 1, ok: 2, failed: 1, cost_usd: 0.3 },
      ...{ median_ms: 300, p90_ms: 500, max_ms: 500, median_cost_usd: 0.15, max_cost_usd: 0.2 },
      ...{ outcomes: { done: 2 }, errors: { timeout: 1 } },
    },
  });
});

test('agents stand by spend, then by volume; the window leaves out what is old or undated (R-ADX-030, R-ADX-035)', () => {
  const records = [
    aRecord({ agent: 'rare' }),
    aRecord({ agent: 'often' }),
    aRecord({ agent: 'often' }),
    aRecord({ agent: 'dear', cost: 1 }),
    aRecord({ agent: 'old', t: NOW / 1000 - 3 * 86_400 }),
    aRecord({ agent: 'undated', t: null }),
  ];
  expect(Object.keys(usageStats(records, { ...all, days: 2 }).agents)).toEqual(['dear', 'often', 'rare']);
  expect(Object.keys(usageStats(records, all).agents)).toHaveLength(5);
  expect(usageStats(records, { ...all, agent: 'often' }).total.dispatches).toBe(2);
});

test('typical are three finished runs and more; failures do not count in times (R-ADX-031)', () => {
  const runs = [10, 20, 30].map((seconds) => aRecord({ ms: seconds * 1000, cost: seconds / 100 }));
  const noise = [
    aRecord({ ok: false, ms: 5, outcome: 'blocked' }),
    aRecord({ cached: true }),
    aRecord({ agent: 'db' }),
  ];
  expect(typicalOf([...runs.slice(1), ...noise], 'infra')).toBeNull();
  expect(typicalOf([...runs, ...noise], 'infra')).toEqual({
    ...{ dispatches: 4, failed: 1, outcomes: { blocked: 1 } },
    ...{ medianSeconds: 20, p90Seconds: 30, medianCostUsd: 0.2 },
  });
});

test.each([
  [200, 200, 300],
  [201, 200, 330],
  [200, 300, null],
  [1, 10, 30],
  [1, 30, null],
  [null, 30, null],
])('with a p90 of %s s a limit of %d s is to become %s (R-ADX-033)', (p90Seconds, expired, expected) => {
  const typical = {
    dispatches: 3,
    failed: 0,
    outcomes: {},
    medianSeconds: null,
    p90Seconds,
    medianCostUsd: null,
  };
  expect(suggestedTimeout(typical, expired)).toBe(expected);
});
