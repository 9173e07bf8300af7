import { expect, test } from 'vitest';
import { type NextStep, nextStep, type RetrySettings } from '../../../src/core/policy/next-step.ts';

const FACTS = { durationMs: 5_000, outputBytes: 0, tail: '' };
const timedOut = { kind: 'timed-out', limitMs: 1_800_000, ...FACTS } as const;
const stalled = { kind: 'stalled', silentMs: 90_000, ...FACTS } as const;
const failed = {
  kind: 'failed',
  reason: 'exited with code 3',
  exitCode: 3,
  retryable: true,
  ...FACTS,
} as const;
const crashed = {
  kind: 'failed',
  reason: 'killed by signal SIGSEGV',
  signal: 'SIGSEGV',
  retryable: true,
  ...FACTS,
} as const;
const missing = { kind: 'failed', reason: 'claude was not found', retryable: false, ...FACTS } as const;
const lost = { kind: 'worker-lost' } as const;
const stopped = (by: 'brake' | 'cancel' | 'shutdown' | 'fence') =>
  ({ kind: 'stopped', by, ...FACTS }) as const;

const NOTICE = 'Agent timed out after 1800s and was terminated.';
const DLQ = 'Failed';

/** [requirement, outcome, retries so far, retries at most, dead-letter queue, what follows] */
type Row = readonly [string, Parameters<typeof nextStep>[0], number, number, string | null, object];

const table: readonly Row[] = [
  [
    'success finishes (R-ART-049)',
    { kind: 'succeeded', ...FACTS },
    1,
    3,
    DLQ,
    { kind: 'finish', comments: [] },
  ],
  [
    'a first timeout is retried, with the notice and the retry text (R-ART-055, R-ART-056, R-ART-064)',
    timedOut,
    0,
    3,
    null,
    {
      kind: 'retry',
      retryCount: 1,
      delayMs: 0,
      comment: 'Retry 1/3: timed out. Moving back to source queue for retry.',
      comments: [NOTICE, 'Retry 1/3: timed out. Moving back to source queue for retry.'],
    },
  ],
  [
    'a run on an account without more is not counted and has no comment (R-SYS-021)',
    { ...failed, limited: true },
    3,
    3,
    DLQ,
    { kind: 'return', comments: [] },
  ],
  [
    'a failed exit is retried under its reason (R-ART-063, R-ART-064)',
    failed,
    2,
    3,
    DLQ,
    {
      kind: 'retry',
      retryCount: 3,
      comments: ['Retry 3/3: exited with code 3. Moving back to source queue for retry.'],
    },
  ],
  [
    'a signal is named (R-ART-064)',
    crashed,
    0,
    1,
    DLQ,
    {
      kind: 'retry',
      comments: ['Retry 1/1: killed by signal SIGSEGV. Moving back to source queue for retry.'],
    },
  ],
  [
    'a silent run is retried and says why (R-ART-005)',
    stalled,
    0,
    1,
    DLQ,
    {
      kind: 'retry',
      comments: [
        'Agent produced no output for 90s and was terminated.',
        'Retry 1/1: no output for 90s. Moving back to source queue for retry.',
      ],
    },
  ],
  [
    'exhausted without a dead-letter queue stays in place (R-ART-065, R-ART-066)',
    failed,
    3,
    3,
    null,
    {
      kind: 'leave',
      comments: ['Max retries (3) exhausted. No dead-letter queue configured; leaving in place.'],
    },
  ],
  [
    'exhausted with a dead-letter queue goes there (R-ART-065, R-ART-067)',
    failed,
    3,
    3,
    DLQ,
    {
      kind: 'dead-letter',
      queue: DLQ,
      comments: ['Max retries (3) exhausted. Moving to dead-letter queue.'],
    },
  ],
  [
    'the last timeout is noted, too (R-ART-055)',
    timedOut,
    1,
    1,
    DLQ,
    {
      kind: 'dead-letter',
      queue: DLQ,
      comments: [NOTICE, 'Max retries (1) exhausted. Moving to dead-letter queue.'],
    },
  ],
  [
    'without retries the first failure is exhaustion (R-ART-072)',
    failed,
    0,
    0,
    DLQ,
    {
      kind: 'dead-letter',
      queue: DLQ,
      comments: ['Max retries (0) exhausted. Moving to dead-letter queue.'],
    },
  ],
  [
    'without retries and dead-letter queue there is one failure comment (R-ART-072)',
    failed,
    0,
    0,
    null,
    { kind: 'leave', comments: ['Agent failed: exited with code 3.'] },
  ],
  [
    'a failure that no retry can mend does not use them up (R-ART-075)',
    missing,
    0,
    3,
    DLQ,
    {
      kind: 'dead-letter',
      queue: DLQ,
      comments: [
        'Agent failed: claude was not found. Trying again cannot help. Moving to dead-letter queue.',
      ],
    },
  ],
  [
    'a lowered limit below the count is exhaustion (R-ART-065)',
    failed,
    5,
    2,
    null,
    {
      kind: 'leave',
      comments: ['Max retries (2) exhausted. No dead-letter queue configured; leaving in place.'],
    },
  ],
  [
    'the brake returns the task uncounted (R-ART-062)',
    stopped('brake'),
    1,
    3,
    DLQ,
    { kind: 'return', comments: [] },
  ],
  [
    'so does a shutdown (R-ART-015, R-ART-062)',
    stopped('shutdown'),
    1,
    3,
    DLQ,
    { kind: 'return', comments: [] },
  ],
  ['and a fenced host (R-ART-061)', stopped('fence'), 1, 3, DLQ, { kind: 'return', comments: [] }],
  [
    'a person who cancels leaves it in place (R-ART-062)',
    stopped('cancel'),
    1,
    3,
    DLQ,
    { kind: 'cancelled', comments: ['Run cancelled. Leaving the task in place until it is retried.'] },
  ],
];

test.each(table)('%s', (_, outcome, retryCount, maxRetries, deadLetterQueue, expected) => {
  expect(step(outcome, { maxRetries, deadLetterQueue }, { retryCount, lostCount: 0 })).toMatchObject(
    expected,
  );
});

const lostTable: readonly (readonly [number, string | null, NextStep])[] = [
  [0, DLQ, { kind: 'rerun', lostCount: 1, comments: [] }],
  [1, DLQ, { kind: 'rerun', lostCount: 2, comments: [] }],
  [
    2,
    DLQ,
    { kind: 'dead-letter', queue: DLQ, comments: ['Worker lost 3 times. Moving to dead-letter queue.'] },
  ],
  [
    2,
    null,
    { kind: 'leave', comments: ['Worker lost 3 times. No dead-letter queue configured; leaving in place.'] },
  ],
];
test.each(lostTable)(
  'a worker lost %i times before, dead-letter queue %s (R-ART-061)',
  (lostCount, deadLetterQueue, expected) => {
    expect(step(lost, { maxRetries: 0, deadLetterQueue }, { retryCount: 0, lostCount })).toEqual(expected);
  },
);

test('a listed exit code is not retried (R-ART-075)', () => {
  const settings = { maxRetries: 3, nonRetryableExitCodes: [3] };
  expect(step(failed, settings)).toMatchObject({
    kind: 'leave',
    comments: [
      'Agent failed: exited with code 3. Trying again cannot help. No dead-letter queue configured; leaving in place.',
    ],
  });
  expect(step({ ...failed, exitCode: 4 }, settings).kind).toBe('retry');
});

test('the backoff doubles up to a day; none is the default (R-ART-075)', () => {
  const delay = (retryCount: number, retryBackoffSeconds: number) => {
    const next = step(failed, { maxRetries: 1_000, retryBackoffSeconds }, { retryCount, lostCount: 0 });
    return next.kind === 'retry' ? next.delayMs : null;
  };
  expect([0, 1, 2, 3].map((count) => delay(count, 10))).toEqual([10_000, 20_000, 40_000, 80_000]);
  expect(delay(999, 10)).toBe(24 * 3600 * 1000);
  expect([0, 999].map((count) => delay(count, 0))).toEqual([0, 0]);
});

test('with three retries there are four runs, then it ends (R-ART-065)', () => {
  const comments: string[] = [];
  let retryCount = 0;
  let runs = 0;
  for (;;) {
    runs += 1;
    const next = step(failed, { maxRetries: 3, deadLetterQueue: DLQ }, { retryCount, lostCount: 0 });
    comments.push(...next.comments);
    if (next.kind !== 'retry') break;
    retryCount = next.retryCount;
  }
  expect(runs).toBe(4);
  expect(comments.map((text) => text.split(':')[0])).toEqual([
    'Retry 1/3',
    'Retry 2/3',
    'Retry 3/3',
    'Max retries (3) exhausted. Moving to dead-letter queue.',
  ]);
});

function step(
  outcome: Parameters<typeof nextStep>[0],
  settings: Partial<RetrySettings>,
  counters = { retryCount: 0, lostCount: 0 },
): NextStep {
  const defaults = {
    maxRetries: 0,
    deadLetterQueue: null,
    retryBackoffSeconds: 0,
    nonRetryableExitCodes: [],
  };
  return nextStep(outcome, counters, { ...defaults, ...settings });
}
