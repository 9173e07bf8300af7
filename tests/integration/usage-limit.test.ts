import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call } from '../helpers/call.ts';
import { aClaudeProject, withStandIn } from '../helpers/claude-project.ts';
import { aProject, settledIn, until } from '../helpers/project.ts';

/** Writes what the stand-in does from now on: meets its account's limit once, works afterwards. */
function meetsLimitOnce(file: string, restSeconds: number): { readonly resetAt: number } {
  const resetsAt = Math.ceil(Date.now() / 1000) + restSeconds;
  const limit = {
    events: [{ type: 'rate_limit_event', rate_limit_info: { status: 'rejected', resetsAt } }],
    text: "You've hit your session limit",
    exitCode: 1,
    result: { is_error: true, api_error_status: 429, terminal_reason: 'api_error' },
  };
  writeFileSync(file, JSON.stringify({ calls: [limit, { scenario: 'quiet', text: 'done' }] }));
  return { resetAt: resetsAt * 1000 };
}

const callsOf = (file: string) => (existsSync(`${file}.count`) ? readFileSync(`${file}.count`).length : 0);

test('the usage limit of the account pauses all of its agents until somebody raises it, and nobody else (R-SYS-021, R-ADX-032)', async () => {
  const p = await aClaudeProject({ meets: {}, other: {} }, { agents: { plain: 'echo fine' } });
  const { jobs } = p.project.context.store;
  const { resetAt } = meetsLimitOnce(join(p.dir, 'meets', '.fake-claude.json'), 600);
  const told = await call(p.project, 'dispatch', { agent: 'meets', task: 'x' });
  expect(told).toMatchObject({ success: false, error_type: 'usage_limit' });
  const resetTime = new Date(resetAt).toISOString();
  const refused = await call(p.project, 'dispatch', { agent: 'other', task: 'x' });
  expect(refused).toMatchObject({
    ...{ success: false, error_type: 'usage_limit' },
    error: expect.stringContaining(`account "claude" is at its usage limit until ${resetTime}: You've hit`),
  });
  const { job_id } = await call(p.project, 'dispatch-async', { agent: 'other', task: 'x' });
  expect(await call(p.project, 'dispatch', { agent: 'plain', task: 'x' })).toMatchObject({ success: true });
  const early = await call(p.project, 'dispatch-wait', { job_id, timeout_seconds: 1 });
  expect(early).toMatchObject({ status: 'pending', timed_out_waiting: true });
  // The reason is read from what the governor saves, a moment later.
  await until(
    'its reason is known',
    async () => (await call(p.project, 'why-task', { task_id: job_id })).code === 'usage-limit',
  );
  const { pauses } = await call(p.project, 'status', {});
  expect(pauses).toMatchObject([{ scope: 'account', name: 'claude', by: 'dispatch', until: resetTime }]);
  await call(p.project, 'unpause', { scope: 'account', name: 'claude' });
  const done = await call(p.project, 'dispatch-wait', { job_id, timeout_seconds: 30 });
  expect(done).toMatchObject({ status: 'done' });
  expect((await jobs.get(String(job_id)))?.result).toMatchObject({ success: true });
});

test('a task that meets the limit goes back uncounted and runs after the reset (R-SYS-021)', async () => {
  const p = await aProject({
    queues: { Todo: [], 'In Progress': [], Done: [], Failed: [] },
    config: { agents: { engineer: { kind: 'claude-cli' } } },
    routes: [
      {
        ...{ queue_name: 'Todo', agent: 'engineer', max_retries: 0 },
        ...{ completed_queue: 'Done', dead_letter_queue: 'Failed' },
      },
    ],
    env: withStandIn(),
  });
  const file = join(p.dir, '.fake-claude.json');
  const { resetAt } = meetsLimitOnce(file, 8);
  p.saveBoard({ Todo: [{ id: '1', name: 'a' }], 'In Progress': [], Done: [], Failed: [] });
  const { records, projection } = p.project.context.store;
  await until('it waits for the reset', async () => {
    const state = await records.getTaskState('1');
    return state?.blockedCode === 'usage-limit' && state.status === 'waiting';
  });
  expect((await p.task('1')).queueName).toBe('Todo');
  expect(String((await call(p.project, 'why-task', { task_id: '1' })).reason)).toContain('usage limit until');
  await settledIn(p, '1', 'Done');
  expect(await records.getTaskState('1')).toMatchObject({ retryCount: 0, lostCount: 0 });
  expect([await p.comments('1'), callsOf(file)]).toEqual([[], 2]);
  const [second] = await projection.listRuns({ taskId: '1', limit: 5 });
  expect(second?.startedAt).toBeGreaterThanOrEqual(resetAt);
  expect((await p.project.context.control.governor())?.pauses).toEqual([]);
});
