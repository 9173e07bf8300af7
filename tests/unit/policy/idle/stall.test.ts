import { expect, test } from 'vitest';
import { idleNotice } from '../../../../src/core/policy/idle/idle-notice.ts';
import { type Ending, findStall, stallText } from '../../../../src/core/policy/idle/stall.ts';
import { wakeupTask, wokenRole } from '../../../../src/core/policy/idle/wakeup.ts';

const HOUR = 3_600_000;

/** Endings, one an hour, the oldest first: `code+` filed something, `code-` did not, `code!` was escalated. */
const endings = (...texts: string[]): Ending[] =>
  texts.map((text, index) => ({
    ...{ taskId: `T${index}`, role: text.slice(0, -1), title: `Task ${index}`, at: index * HOUR },
    status: text.endsWith('!') ? 'escalated' : 'done',
    filed: text.endsWith('+'),
  }));
const named = (...texts: string[]) =>
  findStall(endings(...texts)).map(
    ({ role, taskId, usually }) => `${role} ${taskId} ${usually.filed}/${usually.of}`,
  );

test.each([
  ['a role that usually files and did not', ['code+', 'code+', 'qa-', 'code-', 'qa-'], ['code T3 2/2']],
  ['a role that never files is not waited for', ['code+', 'qa-', 'code+', 'qa-'], ['qa T3 0/1']],
  ['only its last task counts', ['code+', 'code-', 'code+', 'qa-'], ['qa T3 0/0']],
  ['a task that was escalated ends a chain, too', ['code+', 'code+', 'code!'], ['code T2 2/2']],
  ['several roles, the latest first', ['a+', 'a+', 'b+', 'b+', 'a-', 'b-'], ['b T5 2/2', 'a T4 2/2']],
  ['what a role rarely does is no habit', ['a+', 'a+', 'a-', 'a-', 'a-', 'a-', 'b-'], ['b T6 0/0']],
  ['one task is no habit, but it is the last', ['a+', 'a-'], ['a T1 1/1']],
  ['nothing has ended', [], []],
  ['everything was followed by something', ['a+'], []],
])('%s (R-PROD-046)', (_what, texts, expected) => {
  expect(named(...texts)).toEqual(expected);
});

test('role, task, when and what it usually does are told in one line each (R-PROD-046)', () => {
  const [found] = findStall(endings('code+', 'code+', 'code-'));
  const text = 'code, T2 "Task 2", done at 1970-01-01T02:00:00Z; it filed tasks after 2 of its 2 others';
  expect(stallText(found!)).toBe(text);
  const notice = idleNotice('idle', { who: 'Producer', polls: 12, seconds: 120, stall: [found!] });
  expect(notice.body).toBe(
    `Producer has had 12 consecutive empty polls (~120s). Queue is empty.\n\nLast to end without filing a task:\n- ${text}`,
  );
  expect(stallText({ ...found!, usually: { filed: 0, of: 0 } })).toMatch(/; its only task$/);
  const [odd] = findStall(
    endings('a+', 'a-').map((one) => ({ ...one, title: `x\n\n## y ${'z'.repeat(200)}` })),
  );
  expect(odd?.title).toMatch(/^x ## y z+$/);
  expect(odd?.title).toHaveLength(100);
});

test('the role wakeup gets the task it knows; a planner one of its own, with where work ended (R-PROD-046, R-PROD-101)', () => {
  const stall = findStall(endings('code+', 'code+', 'code-'));
  const review = wakeupTask('wakeup', { idlePolls: 12, stall });
  expect(review).toMatchObject({
    ...{ role: 'wakeup', title: 'Idle wake-up: review and re-queue' },
    payload: { trigger: 'idle_threshold', idle_polls: 12 },
  });
  expect(Object.keys(review.payload)).toEqual(['trigger', 'idle_polls']);
  const plan = wakeupTask('lead', { idlePolls: 12, stall });
  expect(plan.title).toBe('Plan: nothing is left to do');
  expect(plan.payload.stall).toEqual([
    {
      ...{ task_id: 'T2', role: 'code', title: 'Task 2', status: 'done', at: '1970-01-01T02:00:00Z' },
      usually: { filed: 2, of: 2 },
    },
  ]);
  for (const { description } of [review, plan]) expect(description).toContain(`- ${stallText(stall[0]!)}`);
  expect(wakeupTask('lead', { idlePolls: 12, stall: [] }).description).toMatch(/say so and stop\.$/);
});

test('the planner is told before the role wakeup; without either nobody is (R-PROD-046, R-PROD-101)', () => {
  const roles = { wakeup: {}, lead: {} } as never;
  expect([
    wokenRole({ roles, planner: 'lead' }),
    wokenRole({ roles, planner: null }),
    wokenRole({ roles: {} }),
  ]).toEqual(['lead', 'wakeup', null]);
});
