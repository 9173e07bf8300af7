import { expect, test } from 'vitest';
import { call } from '../helpers/call.ts';
import { aClaudeProject } from '../helpers/claude-project.ts';
import { aProject, type TestProject, until } from '../helpers/project.ts';

/** When the runs of each agent began and ended, in the order they began. */
async function spans({ project }: TestProject) {
  const runs = await project.context.store.projection.listRuns({ limit: 50 });
  return runs
    .map(({ agent, jobId, spawnedAt, endedAt }) => ({ agent, jobId, from: spawnedAt ?? 0, to: endedAt ?? 0 }))
    .toSorted((one, other) => one.from - other.from);
}

test('a slot is held until the process has really ended; those in line go on in order, and one called off never starts (R-AD-123, R-AD-124, R-ADX-018, R-ADX-047)', async () => {
  const p = await aClaudeProject(
    {
      deaf: { ignore: ['SIGTERM', 'SIGINT'], say: ['Try to stop me.'], result: null, end: 'hang' },
      quick: {},
    },
    { config: { pools: { dispatch: 1 } } },
  );
  const { jobs } = p.project.context.store;
  const begin = async (agent: string, task: string) =>
    String((await call(p.project, 'dispatch-async', { agent, task })).job_id);
  const first = await begin('deaf', 'x');
  // From here on it is known to be deaf.
  await until('it talks', async () => (await jobs.get(first))?.progress.includes('Try to stop me.'));
  const inLine = await Promise.all(['one', 'off', 'two'].map((task) => begin('quick', task)));
  const [one = '', off = '', two = ''] = inLine;
  for (const task_id of inLine) {
    await until('it waits', async () => (await call(p.project, 'why-task', { task_id })).code === 'no-slot');
  }
  expect(await call(p.project, 'dispatch-cancel', { job_id: off })).toMatchObject({ outcome: 'cancelled' });
  expect(await call(p.project, 'dispatch-cancel', { job_id: first })).toMatchObject({
    outcome: 'cancelled_running',
  });
  for (const job_id of [one, two]) {
    expect(await call(p.project, 'dispatch-wait', { job_id })).toMatchObject({ status: 'done' });
  }
  const seen = await spans(p);
  const created = await Promise.all([one, two].map(async (id) => (await jobs.get(id))?.createdAt ?? 0));
  const ordered = (created[0] ?? 0) <= (created[1] ?? 0) ? [one, two] : [two, one];
  expect(seen.map(({ jobId }) => jobId)).toEqual([first, ...ordered]);
  for (const [index, { from }] of seen.entries())
    expect(from).toBeGreaterThanOrEqual(seen[index - 1]?.to ?? 0);
});

test('calls side by side share one limit with all others; equal ones pay once (R-AD-084, R-AD-123, R-SYS-016)', async () => {
  const p = await aProject({
    ...{ routes: [], agents: { nap: 'sleep 0.5; date +%N' } },
    config: { pools: { dispatch: 2 } },
  });
  const item = (task: string) => ({ agent: 'nap', task });
  const dispatches = ['a', 'b', 'a', 'c'].map(item);
  const [parallel, single] = await Promise.all([
    call(p.project, 'dispatch-parallel', { dispatches }),
    call(p.project, 'dispatch', item('d')),
  ]);
  const answers = parallel as unknown as { success: boolean; result: string }[];
  expect([...answers, single].every(({ success }) => success)).toBe(true);
  expect(answers[2]?.result).toBe(answers[0]?.result);
  const seen = await spans(p);
  expect(seen).toHaveLength(4);
  const atOnce = seen.map(({ from }) => seen.filter((other) => other.from <= from && other.to > from).length);
  expect(Math.max(...atOnce)).toBe(2);
});
