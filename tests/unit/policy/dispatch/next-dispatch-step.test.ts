import { expect, test } from 'vitest';
import {
  type DispatchCounters,
  nextDispatchStep,
} from '../../../../src/core/policy/dispatch/next-dispatch-step.ts';
import type { RunEnding } from '../../../../src/core/schema/task-flow.ts';

const FACTS = { durationMs: 1, outputBytes: 0, tail: '' };
const failed = {
  kind: 'failed',
  reason: 'exited with code 1',
  exitCode: 1,
  retryable: true,
  ...FACTS,
} as const;
const stopped = (by: 'brake' | 'cancel' | 'shutdown' | 'fence' | 'host'): RunEnding => ({
  kind: 'stopped',
  by,
  ...FACTS,
});
const first: DispatchCounters = { lostCount: 0, turn: 'as-asked', awaited: false };

const finish = { kind: 'finish' };
const resume = (lostCount: number) => ({ kind: 'resume', turn: 'continue', lostCount });

test.each<[string, RunEnding, Partial<DispatchCounters>, object]>([
  ['a success ends (R-SYS-005)', { kind: 'succeeded', ...FACTS }, {}, finish],
  ['a failure ends (R-SYS-005)', failed, {}, finish],
  ['a timeout ends (R-SYS-005)', { kind: 'timed-out', limitMs: 1, ...FACTS }, {}, finish],
  ['silence ends (R-SYS-005)', { kind: 'stalled', silentMs: 1, ...FACTS }, {}, finish],
  ['a lost worker resumes (R-AD-114)', { kind: 'worker-lost' }, {}, resume(1)],
  ['a second one, too (R-AD-114)', { kind: 'worker-lost' }, { lostCount: 1, turn: 'continue' }, resume(2)],
  ['a third one ends (R-AD-114)', { kind: 'worker-lost' }, { lostCount: 2, turn: 'continue' }, finish],
  ['a cancelled run ends (R-ADX-001)', stopped('cancel'), {}, finish],
  ['a braked run waits in line (R-SYS-019)', stopped('brake'), { lostCount: 1 }, resume(1)],
  ['a braked run that somebody waits for ends (R-SYS-019)', stopped('brake'), { awaited: true }, finish],
  ['a shutdown is no end (R-SYS-007)', stopped('shutdown'), { awaited: true }, resume(0)],
  ['a fence is no end (R-SYS-007)', stopped('fence'), { awaited: true }, resume(0)],
  ['trouble of a host is no end', stopped('host'), {}, resume(0)],
  [
    'a conversation that was to be continued and is not there begins anew (R-SYS-007)',
    { ...failed, fresh: true },
    { lostCount: 1, turn: 'continue' },
    { kind: 'fresh', turn: 'as-asked', lostCount: 1 },
  ],
  ['one that the caller named and that is not there ends (R-AD-077)', { ...failed, fresh: true }, {}, finish],
])('%s', (_, ending, counters, expected) => {
  expect(nextDispatchStep(ending, { ...first, ...counters })).toEqual(expected);
});
