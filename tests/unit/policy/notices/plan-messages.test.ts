import { expect, test } from 'vitest';
import { messageText } from '../../../../src/core/policy/notices/message.ts';
import { newNotice } from '../../../../src/core/policy/notices/new-notice.ts';
import { type PlanInput, planMessages } from '../../../../src/core/policy/notices/plan-messages.ts';
import { isQuiet } from '../../../../src/core/policy/notices/quiet-hours.ts';
import type { Notice } from '../../../../src/core/schema/notice.ts';

const NOW = Date.UTC(2026, 10, 21, 18, 0, 0);

const aNotice = (fields: Partial<Notice> = {}): Notice => ({
  ...{ noticeId: 'a', kind: 'escalation', key: 'escalation/1', subject: 'Task 1', body: 'Look.' },
  ...{ priority: 'high', tags: 'raising_hand', since: NOW, resolvedAt: null, closesAt: null },
  ...fields,
});
const named = (ids: string, fields: Partial<Notice> = {}) =>
  [...ids].map((noticeId) => aNotice({ noticeId, ...fields }));

function check(input: Partial<PlanInput>, expected: { singles?: string; digest?: string; dropped?: string }) {
  const plan = planMessages({
    ...{ unsent: [], sentLastHour: 0, messagesPerHourMax: 20, off: [], quiet: false },
    ...input,
  });
  const ids = (notices: readonly Notice[]) => notices.map(({ noticeId }) => noticeId).join('');
  expect({
    singles: ids(plan.singles),
    digest: ids(plan.digest),
    dropped: ids(plan.dropped),
  }).toEqual({ singles: '', digest: '', dropped: '', ...expected });
}

test('a few notices go out one by one', () => check({ unsent: named('abc') }, { singles: 'abc' }));
test('many at once are one digest (R-PROD-080)', () => check({ unsent: named('abcd') }, { digest: 'abcd' }));
test('an hour that is full holds everything but what is urgent (R-PROD-080)', () => {
  const urgent = aNotice({ noticeId: 'u', priority: 'urgent' });
  check({ unsent: [...named('ab'), urgent], sentLastHour: 20 }, { singles: 'u' });
});
test('the last message of an hour is a digest', () =>
  check({ unsent: named('ab'), sentLastHour: 19 }, { digest: 'ab' }));
test('quiet hours hold everything but what is urgent (R-PROD-080)', () => {
  const urgent = aNotice({ noticeId: 'u', priority: 'urgent' });
  check({ unsent: [...named('ab'), urgent], quiet: true }, { singles: 'u' });
});
test('a kind that is switched off, and what is over, is not pushed (R-PROD-081)', () => {
  const unsent = [
    aNotice({ noticeId: 'i', kind: 'idle' }),
    aNotice({ noticeId: 'r', resolvedAt: NOW }),
    aNotice(),
  ];
  check({ unsent, off: ['idle'] }, { singles: 'a', dropped: 'ir' });
});

test('what closed by itself in quiet hours waits for their end and is told then (R-PROD-080)', () => {
  const closesAt = NOW + 3_600_000;
  const unsent = [
    aNotice({ noticeId: 'w', kind: 'worker-lost', closesAt, resolvedAt: closesAt }),
    aNotice({ noticeId: 'r', kind: 'worker-lost', closesAt, resolvedAt: closesAt - 1 }),
  ];
  check({ unsent, quiet: true }, { dropped: 'r' });
  check({ unsent }, { singles: 'w', dropped: 'r' });
});

test('a digest names each with its time, as pressing as the most pressing (R-PROD-080)', () => {
  const text = messageText([
    aNotice(),
    aNotice({ subject: 'Team idle', priority: 'default', resolvedAt: NOW + 1 }),
  ]);
  expect(text).toMatchObject({
    ...{ kind: 'digest', subject: '2 notices', priority: 'high' },
    body: '2026-11-21T18:00:00Z Task 1\n2026-11-21T18:00:00Z Team idle (over)',
  });
  expect(messageText([])).toBeNull();
});

test('quiet hours may go over midnight and are those of their time zone (R-PROD-080)', () => {
  const hours = { fromMinute: 22 * 60, toMinute: 7 * 60, timeZone: 'UTC' };
  const at = (hour: number) => Date.UTC(2026, 10, 21, hour, 30);
  expect([21, 22, 23, 0, 6, 7].map((hour) => isQuiet(hours, at(hour)))).toEqual([
    ...[false, true, true, true, true, false],
  ]);
  // 21:30 UTC is 22:30 in Berlin.
  expect(isQuiet({ ...hours, timeZone: 'Europe/Berlin' }, at(21))).toBe(true);
  expect(isQuiet(null, at(23))).toBe(false);
});

test('a notice is bounded, on one line, without control characters and secrets (R-PROD-079)', () => {
  const made = newNotice(
    {
      kind: 'idle',
      key: 'idle',
      subject: `a\nb ${'x'.repeat(500)}`,
      body: `sk-abcdefghijklmnop\u0007 ${'é'.repeat(5000)}`,
    },
    { noticeId: 'n', now: NOW, secrets: [] },
  );
  expect(made).toMatchObject({ priority: 'default', tags: 'hourglass', closesAt: null });
  expect(made.subject).toHaveLength(200);
  expect(made.subject).toMatch(/^a b x/);
  expect(made.body).toMatch(/^\[redacted\] {2}é/);
  expect(Buffer.byteLength(made.body)).toBeLessThanOrEqual(3_500);
});
