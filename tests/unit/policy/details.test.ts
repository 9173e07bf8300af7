import { expect, test } from 'vitest';
import { DETAILS_BYTES_MAX, SUMMARY_BYTES_MAX } from '../../../src/core/limits.ts';
import { governorDetails, staticSummary, taskDetails } from '../../../src/core/policy/details.ts';
import { BREAKER_DEFAULTS } from '../../../src/core/policy/money/policy-of.ts';
import { truncateUtf8, utf8Bytes } from '../../../src/core/policy/utf8.ts';
import { admitAll, after, aGovernor, aRequest, armed, T0 } from './governor/builders.ts';
import { aPolicy, USD } from './money/builders.ts';

const TEXTS = [
  '',
  'plain',
  'naïve café',
  '漢字',
  '👩‍💻🚀',
  'lone \ud800 half',
  'x'.repeat(1_000),
  '€'.repeat(1_000),
];

test.each(TEXTS)('bytes are counted as the server counts them (%#)', (text) => {
  expect(utf8Bytes(text)).toBe(Buffer.byteLength(text));
});

test.each(TEXTS)('a text is cut between characters and never longer than asked (%#)', (text) => {
  for (const bytesMax of [3, 4, 7, 50, 3_000]) {
    const cut = truncateUtf8(text, bytesMax);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(bytesMax);
    expect(cut === text || (cut.endsWith('…') && text.startsWith(cut.slice(0, -1)))).toBe(true);
  }
});

test('a summary is one short line', () => {
  expect(staticSummary('  run 1\n of  "Fix it" ')).toBe('run 1 of "Fix it"');
  expect(Buffer.byteLength(staticSummary('ü'.repeat(5_000)))).toBeLessThanOrEqual(SUMMARY_BYTES_MAX);
});

test('the details of a task name state, reason, queue and run', () => {
  const view = {
    taskName: 'Fix\nit',
    state: 'waiting',
    queueName: 'Todo',
    runId: null,
    attempt: 2,
    reason: 'no slot',
  };
  expect(taskDetails(view)).toBe('**waiting**: Fix it\n- reason: no slot\n- queue: Todo\n- attempt: 2');
  const long = taskDetails({ ...view, reason: '漢'.repeat(DETAILS_BYTES_MAX) });
  expect(Buffer.byteLength(long)).toBeLessThanOrEqual(DETAILS_BYTES_MAX);
});

test('the details of the governor show brake, pools, line and hosts', () => {
  const state = admitAll(aGovernor(1), aRequest('a'), aRequest('b'));
  expect(governorDetails(state)).toBe(
    '**running** (epoch 0)\n- pool routes: 1 leases, limit 1\n- waiting: 1\n- host h1: 1 slots, epoch 0',
  );
  const policy = { budget: aPolicy({ daily: 2 * USD }), breaker: BREAKER_DEFAULTS };
  expect(governorDetails(after(state, { kind: 'policy', now: T0, policy }))).toContain(
    '- spent today: $0.00 of $2.00',
  );
  expect(governorDetails(after(state, armed()))).toContain(
    '**brake armed** by ann: costs too much (epoch 1)',
  );
});
