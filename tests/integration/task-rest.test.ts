import { expect, onTestFinished, test } from 'vitest';
import { startApi } from '../../src/compose-api.ts';
import { aProject, settledIn, type TestProject, until } from '../helpers/project.ts';
import { endOf, queues, todo } from '../helpers/task-shape.ts';

const caller = { channel: 'library', actor: 'ann' } as const;
const stateOf = ({ project }: TestProject, taskId: string) =>
  project.context.store.records.getTaskState(taskId);
const runsOf = async ({ project }: TestProject, taskId: string) =>
  (await project.context.store.projection.listRuns({ taskId, limit: 50 })).toReversed();

/** A project with an API, whose agents may move their own task. */
async function withApi(options: Parameters<typeof aProject>[0]): Promise<TestProject> {
  const p = await aProject({ ...options, config: { api_port: 0, ...options.config }, worker: false });
  const api = await startApi(p.project);
  onTestFinished(() => api.close());
  await p.startWorker();
  return p;
}
const moveTo = (queue: string) =>
  `curl -sf "$DISPATCH_API_URL/tasks/$TASK_ID/move" -d '{"target_queue":"${queue}"}' > /dev/null`;

/** Waits out the backoff of its first failure, one hour long. */
async function aRestingTask(routes: Record<string, unknown>[] = []): Promise<TestProject> {
  const p = await aProject({
    queues: queues('1'),
    agents: { bad: 'exit 3', ok: 'exit 0' },
    routes: [...todo('bad', { max_retries: 3, retry_backoff_seconds: 3600, poll_interval: 3600 }), ...routes],
    config: { poll_interval: 3600 },
  });
  await until('it waits out its backoff', async () => {
    const back = (await p.task('1')).queueName === 'Todo';
    return back && (await stateOf(p, '1'))?.status === 'retrying';
  });
  return p;
}

test.each(['exit 0', 'exit 1'])(
  'a task whose own run puts it back and ends with %s runs again with the next poll, not at once (R-ART-060)',
  async (end) => {
    const p = await withApi({
      queues: queues('1'),
      agents: { again: `test "$(wc -l < runs)" -ge 2 && exit 0\necho >> runs\n${moveTo('Todo')}\n${end}` },
      routes: todo('again', { poll_interval: 2, max_retries: 5 }),
    });
    const resting = await until('it rests', async () => {
      const state = await stateOf(p, '1');
      return state?.blockedCode === 'next-poll' && state;
    });
    expect(resting).toMatchObject({ status: 'retrying', retryCount: 0 });
    expect(resting.blockedText).toBe(
      'it was put into Todo by its own run and waits for the next poll there (every 2 s)',
    );
    await settledIn(p, '1', 'Done');
    const runs = await runsOf(p, '1');
    expect(runs).toHaveLength(3);
    for (const [index, { startedAt }] of runs.entries()) {
      if (index > 0) expect(startedAt - (runs[index - 1]?.endedAt ?? 0)).toBeGreaterThan(1_500);
    }
    expect(await p.comments('1')).toEqual([]);
  },
  30_000,
);

test('after 20 hand-overs a task that goes round goes on at the pace of the polls (R-ART-059)', async () => {
  const p = await aProject({
    queues: queues('1'),
    agents: { ok: 'exit 0' },
    routes: [
      { queue_name: 'Todo', agent: 'ok', completed_queue: 'Review', poll_interval: 3600 },
      { queue_name: 'Review', agent: 'ok', completed_queue: 'Todo', poll_interval: 3600 },
    ],
    config: { poll_interval: 3600 },
  });
  const resting = await until(
    'it rests',
    async () => (await stateOf(p, '1'))?.blockedCode === 'next-poll' && (await runsOf(p, '1')),
    40_000,
  );
  expect(resting).toHaveLength(21);
  await p.project.looker.look();
  // A person need not wait; the count goes on from where it was.
  await p.project.context.control.retryTask('1', caller);
  await until('it ran once more', async () => (await runsOf(p, '1')).length === 22);
  await until('it rests again', async () => (await stateOf(p, '1'))?.blockedCode === 'next-poll');
  expect(await runsOf(p, '1')).toHaveLength(22);
});

test('a task moved to another route during its backoff is taken up by that one at once (R-ART-059)', async () => {
  const other = { queue_name: 'Review', agent: 'ok', completed_queue: 'Done', poll_interval: 3600 };
  const p = await aRestingTask([other]);
  await p.project.context.board.moveTask('1', 'Review');
  const task = await settledIn(p, '1', 'Done');
  expect(task.queueName).toBe('Done');
});

test('a task taken out of the watched queues during its backoff is let go at once, its count with it (R-ART-074)', async () => {
  const p = await aRestingTask();
  await p.project.context.board.moveTask('1', 'Failed');
  expect(await endOf(p, '1')).toBe('skipped');
  expect(await stateOf(p, '1')).toMatchObject({ status: 'done', retryCount: 0 });
});

test('a task that somebody looks at during its backoff goes on waiting (R-ART-075)', async () => {
  const p = await aRestingTask();
  await p.project.looker.starter.recheck('1');
  await p.project.looker.starter.start({ taskId: '1', name: '1', queueName: 'Todo', agent: 'bad', order: 0 });
  await p.project.context.control.cancelTask('1', { reason: 'enough' }, caller);
  expect(await endOf(p, '1')).toBe('cancelled');
  expect(await runsOf(p, '1')).toHaveLength(1);
});
