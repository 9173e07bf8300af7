import { expect, test } from 'vitest';
import { idleNotice } from '../../../../src/core/policy/idle/idle-notice.ts';
import {
  firstIdleState,
  type IdleLook,
  type IdleState,
  stepIdle,
} from '../../../../src/core/policy/idle/step-idle.ts';
import { type TeamFacts, teamKind } from '../../../../src/core/policy/idle/team-kind.ts';
import { mayWakeUp, wakeupVerdict } from '../../../../src/core/policy/idle/wakeup.ts';

const facts = (fields: Partial<TeamFacts> = {}): TeamFacts => ({
  ...{ armed: false, tasks: [], ran: [], openJobs: 0, ready: [], blocked: 0 },
  wakeups: new Set(['W1', 'W2']),
  ...fields,
});
const task = (
  status: TeamFacts['tasks'][number]['status'],
  blockedCode: string | null = null,
  taskId = 'T1',
) => ({ status, blockedCode, taskId });

test.each<[string, Partial<TeamFacts>, string]>([
  ['nothing to do and nothing under way', {}, 'idle'],
  ['the brake is armed', { armed: true, ready: ['T1'] }, 'braked'],
  ['a run', { tasks: [task('running')] }, 'working'],
  ['a call of an agent', { openJobs: 1 }, 'working'],
  ['a task that waits out its backoff', { tasks: [task('retrying')] }, 'working'],
  ['ready tasks that nobody has asked for yet', { ready: ['T1', 'W1'] }, 'working'],
  ['a task that waits for a slot', { ready: ['T1'], tasks: [task('waiting', 'no-slot')] }, 'working'],
  ['every task waits for money', { ready: ['T1'], tasks: [task('waiting', 'budget')] }, 'starved'],
  ['every task is paused', { ready: ['T1'], tasks: [task('waiting', 'paused')] }, 'held'],
  ['what is left waits for others', { blocked: 2 }, 'blocked'],
  ['what is left waits for an answer', { tasks: [task('asking')] }, 'blocked'],
  ['a run that came and went', { ran: ['W1', 'T1'] }, 'working'],
  ['a call that belongs to no task came and went', { ran: [null] }, 'working'],
  ['a wake-up that came and went', { ran: ['W1'] }, 'waking'],
  ['only the wake-up is ready', { ready: ['W1'] }, 'waking'],
  ['only the wake-up runs', { tasks: [task('running', null, 'W1')] }, 'waking'],
  ['the wake-up and another one run', { tasks: [task('running', null, 'W1'), task('running')] }, 'working'],
])('%s (R-PROD-077, R-PROD-080)', (_what, fields, kind) => {
  expect(teamKind(facts(fields))).toBe(kind);
});

const MINUTE = 60_000;

/** Looks once a minute; the threshold is three minutes. Each look is a kind, `kind/wakeup` where it matters. */
function watch(...looks: string[]): string[] {
  let state: IdleState = firstIdleState(0);
  return looks.flatMap((text, minute) => {
    const [kind, wakeup = 'off'] = text.split('/') as [IdleLook['kind'], IdleLook['wakeup']?];
    const step = stepIdle(state, { kind, wakeup, now: minute * MINUTE, thresholdMs: 3 * MINUTE });
    // What is remembered goes through JSON: a restart between two looks changes nothing.
    state = JSON.parse(JSON.stringify(step.state)) as IdleState;
    return step.actions.map((action) => `${minute} ${action}`);
  });
}
const times = (count: number, look: string): string[] => Array.from({ length: count }, () => look);

test('one notice per idle episode, one word when work goes on (R-PROD-076, R-PROD-077)', () => {
  expect(watch(...times(10, 'idle'), 'working', ...times(5, 'idle'))).toEqual([
    ...['3 tell', '10 untell', '10 back', '14 tell'],
  ]);
});

test('a short lull is told to nobody', () => {
  expect(watch('idle', 'idle', 'working', 'idle', 'idle', 'working')).toEqual([]);
});

test('under the brake time stands still (R-PROD-062)', () => {
  expect(watch('idle', 'idle', ...times(20, 'braked'), 'idle', 'idle')).toEqual(['23 tell']);
});

test('a team without money or held back is told as such, and told anew when the reason changes (R-PROD-080)', () => {
  expect(watch(...times(5, 'starved'), ...times(4, 'blocked'))).toEqual(['3 tell', '5 untell', '8 tell']);
  const say = (kind: IdleState['kind']) =>
    idleNotice(kind, { who: 'Producer', polls: 12, seconds: 120, stall: [] });
  expect(say('idle')).toMatchObject({
    subject: 'Team idle',
    body: 'Producer has had 12 consecutive empty polls (~120s). Queue is empty.',
  });
  expect(say('starved').subject).toBe('Team out of budget');
  expect(say('blocked').subject).toBe('Team waits');
});

test('a wake-up instead of a notice; its own run is no news (R-PROD-101, R-PROD-077)', () => {
  const idle = times(4, 'idle/may');
  expect(watch(...idle, 'waking/may-not', 'waking/may-not', ...times(4, 'idle/may-not'))).toEqual([
    ...['3 wake-up', '9 skip-wake-up', '9 tell'],
  ]);
  expect(watch(...idle, 'waking/may-not', 'working')).toEqual(['3 wake-up', '5 back']);
});

test('a skipped wake-up is told once, and follows when its cooldown is over (R-PROD-101)', () => {
  expect(watch(...times(6, 'idle/may-not'), 'idle/may', 'idle/may-not')).toEqual([
    ...['3 skip-wake-up', '3 tell', '6 untell', '6 wake-up'],
  ]);
  expect(watch(...times(6, 'idle/may-not'), 'working')).toEqual([
    ...['3 skip-wake-up', '3 tell', '6 untell', '6 back'],
  ]);
  // Switched off meanwhile: it is the same news.
  expect(watch(...times(4, 'idle/may-not'), 'idle', 'idle')).toEqual(['3 skip-wake-up', '3 tell']);
});

test('a wake-up waits for its cooldown, and ends after so many that found nothing (R-PROD-101)', () => {
  const settings = { enabled: true, cooldownSeconds: 7200, consecutiveDoneMax: 2 };
  const may = (at: number | null, consecutiveDone: number) =>
    mayWakeUp({ last: at === null ? null : { at }, consecutiveDone }, settings, 10_000_000);
  expect([
    may(null, 0),
    may(10_000_000 - 7_199_999, 0),
    may(10_000_000 - 7_200_000, 1),
    may(null, 2),
  ]).toEqual([...[true, false, true, false]]);
});

test('the verdict of a wake-up counts what it filed and carries what it said (R-PROD-102)', () => {
  const result = { taskId: 'W1', tasksQueued: 2, text: ' Filed two. ' };
  expect(wakeupVerdict(result, false)).toEqual({
    notice: {
      ...{
        kind: 'wake-up',
        key: 'wake-up/W1',
        subject: '[Wake-up] Kicked off 2 task(s)',
        body: 'Filed two.',
      },
    },
    detail: { task_id: 'W1', verdict: 'queued', tasks_queued: 2 },
  });
  const done = wakeupVerdict({ ...result, tasksQueued: 0, text: ' ' }, true);
  expect(done.notice).toMatchObject({ subject: '[Wake-up] Goals appear met' });
  expect(done.notice.body).toMatch(/^\(no text returned\)\n\nWake-up suppressed until you queue something/);
  expect(done.detail).toMatchObject({ verdict: 'done', tasks_queued: 0 });
});
