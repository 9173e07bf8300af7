import { describe, expect, test } from 'vitest';
import { call } from '../helpers/call.ts';
import { aProject, until } from '../helpers/project.ts';

describe('one call of an agent', () => {
  test('runs as a workflow and answers what the agent said (R-AD-067, R-AD-068)', async () => {
    const { project } = await aProject({ routes: [], agents: { echo: 'echo "done: $1"' } });
    const answer = await call(project, 'dispatch', { agent: 'echo', task: 'say it' });
    expect(answer).toMatchObject({ agent: 'echo', success: true, result: 'done: say it' });
  });

  test('an equal call is answered by the cache without a process (R-AD-070, R-AD-117)', async () => {
    const { project } = await aProject({ routes: [], agents: { echo: 'date +%N' } });
    const first = await call(project, 'dispatch', { agent: 'echo', task: 'who' });
    const second = await call(project, 'dispatch', { agent: 'echo', task: 'who' });
    const third = await call(project, 'dispatch', { agent: 'echo', task: 'who', cache: 'bypass' });
    expect(second).toEqual({ ...first, cached: true });
    expect(third.result).not.toBe(first.result);
  });

  test('equal calls at the same time share one run (R-AD-084)', async () => {
    const { project } = await aProject({ routes: [], agents: { slow: 'sleep 1; date +%N' } });
    const both = await Promise.all(
      [1, 2, 3].map(() => call(project, 'dispatch', { agent: 'slow', task: 'once' })),
    );
    expect(new Set(both.map(({ result }) => result)).size).toBe(1);
  });

  test('an unknown agent is an error that names the known ones (R-AD-005)', async () => {
    const { project } = await aProject({ routes: [], agents: { echo: 'true' }, worker: false });
    await expect(call(project, 'dispatch', { agent: 'nobody', task: 'x' })).rejects.toThrow(
      "Unknown agent: 'nobody'. Available: echo",
    );
  });

  test('a timeout ends the agent and names what to do (R-AD-048)', async () => {
    const { project } = await aProject({
      routes: [],
      agents: { hang: 'sleep 600' },
    });
    const answer = await call(project, 'dispatch', { agent: 'hang', task: 'x', timeout_seconds: 10 });
    expect(answer).toMatchObject({ success: false, error_type: 'timeout' });
    expect(answer.error).toMatch(/^Agent 'hang' timed out after 10s\./);
  });
});

describe('a job', () => {
  test('is collected later, by anybody (R-AD-099, R-AD-106)', async () => {
    const { project } = await aProject({ routes: [], agents: { slow: 'sleep 1; echo late' } });
    const { job_id, ...rest } = await call(project, 'dispatch-async', { agent: 'slow', task: 'x' });
    expect(rest).toEqual({ status: 'pending', agent: 'slow' });
    const early = await call(project, 'dispatch-wait', { job_id, timeout_seconds: 1 });
    const record = await call(project, 'dispatch-wait', { job_id, timeout_seconds: 30 });
    expect(early.id).toBe(job_id);
    expect(record).toMatchObject({ status: 'done', result: { success: true, result: 'late' } });
  });

  test('that runs is called off: dead in seconds, its slot free (R-AD-107, R-ADX-001)', async () => {
    const { project, worker } = await aProject({
      routes: [],
      agents: { hang: 'sleep 600' },
      config: { pools: { dispatch: 1 } },
    });
    const { job_id } = await call(project, 'dispatch-async', { agent: 'hang', task: 'x' });
    await until(
      'it runs',
      async () => (await project.context.store.jobs.statusOf(String(job_id))) === 'running',
    );
    const answer = await call(project, 'dispatch-cancel', { job_id });
    expect(answer).toMatchObject({ job_id, outcome: 'cancelled_running', status: 'cancelled' });
    await until(
      'its process is gone',
      async () => worker?.hostId !== undefined && (await runsOf(project)) === 0,
      6_000,
    );
    const again = await call(project, 'dispatch-cancel', { job_id });
    expect(again.outcome).toBe('already_terminal');
    const next = await call(project, 'dispatch-async', { agent: 'hang', task: 'y' });
    await until(
      'the slot is free',
      async () => (await project.context.store.jobs.statusOf(String(next.job_id))) === 'running',
    );
    await call(project, 'dispatch-cancel', { job_id: next.job_id });
  });

  test('that waits is called off before it runs (R-AD-107, R-AD-108)', async () => {
    const { project } = await aProject({
      routes: [],
      agents: { hang: 'sleep 600' },
      config: { pools: { dispatch: 1 } },
    });
    const running = await call(project, 'dispatch-async', { agent: 'hang', task: 'x' });
    await until(
      'it runs',
      async () => (await project.context.store.jobs.statusOf(String(running.job_id))) === 'running',
    );
    const { job_id } = await call(project, 'dispatch-async', { agent: 'hang', task: 'y' });
    expect(await call(project, 'dispatch-cancel', { job_id })).toMatchObject({ outcome: 'cancelled' });
    const record = await call(project, 'dispatch-wait', { job_id });
    expect(record).toMatchObject({ status: 'cancelled', error: 'Cancelled before execution' });
    await call(project, 'dispatch-cancel', { job_id: running.job_id });
  });
});

async function runsOf(project: Awaited<ReturnType<typeof aProject>>['project']): Promise<number> {
  return (await project.context.store.projection.listRuns({ status: 'running', limit: 10 })).length;
}
