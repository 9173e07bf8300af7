import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { aProject, settledIn, until } from '../helpers/project.ts';

const queues = (...ids: string[]) => ({
  Todo: ids.map((id) => ({ id, name: `task ${id}` })),
  'In Progress': [],
  Review: [],
  Done: [],
  Failed: [],
});

test('a successful agent that did not move its task leaves it in progress, with a comment (R-ART-049, R-ART-050)', async () => {
  const p = await aProject({
    queues: queues('1'),
    agents: { ok: 'echo "working on $1"' },
    routes: [{ queue_name: 'Todo', agent: 'ok' }],
  });
  await settledIn(p, '1', 'In Progress');
  expect(await p.comments('1')).toEqual([
    'Agent finished without moving the task; it is still in "In Progress".',
  ]);
  const [run] = await p.project.context.store.projection.listRuns({ taskId: '1', limit: 5 });
  expect(run).toMatchObject({
    status: 'finished',
    outcome: 'success',
    attempt: 1,
    prompt: 'Work on task 1: task 1.',
  });
});

test('a failing agent is retried with the exact comments and then dead-lettered (R-ART-062, 063, 064, 065, 067)', async () => {
  const p = await aProject({
    queues: queues('1'),
    agents: { bad: 'exit 3' },
    routes: [{ queue_name: 'Todo', agent: 'bad', max_retries: 2, dead_letter_queue: 'Failed' }],
  });
  await settledIn(p, '1', 'Failed');
  expect(await p.comments('1')).toEqual([
    'Retry 1/2: exited with code 3. Moving back to source queue for retry.',
    'Retry 2/2: exited with code 3. Moving back to source queue for retry.',
    'Max retries (2) exhausted. Moving to dead-letter queue.',
  ]);
  expect(await p.project.context.store.projection.listRuns({ taskId: '1', limit: 9 })).toHaveLength(3);
});

test('an agent past its timeout is ended, commented and retried (R-ART-052, 054, 055, 056)', async () => {
  const p = await aProject({
    queues: queues('1'),
    agents: { hang: 'exec sleep 100' },
    routes: [{ queue_name: 'Todo', agent: 'hang', timeout: 0.3 }],
  });
  await settledIn(p, '1', 'In Progress');
  expect(await p.comments('1')).toEqual([
    'Agent timed out after 0.3s and was terminated.',
    'Agent failed: timed out.',
  ]);
  expect(await p.project.context.store.records.getTaskState('1')).toMatchObject({ status: 'stuck' });
});

test('a task moved into another watched queue is handed to that route next (R-ART-059)', async () => {
  const p = await aProject({
    queues: queues('1'),
    agents: {
      first:
        "mv_to=Review; node -e \"const fs=require('fs');const b=JSON.parse(fs.readFileSync('board.json'));const q=b.queues;const t=q['In Progress'].pop();q.Review.push(t);fs.writeFileSync('board.json.tmp',JSON.stringify(b));fs.renameSync('board.json.tmp','board.json')\"",
      second: 'exit 0',
    },
    routes: [
      { queue_name: 'Todo', agent: 'first' },
      { queue_name: 'Review', agent: 'second', in_progress_queue: 'Reviewing', completed_queue: 'Done' },
    ],
    config: {},
  });
  await until('Reviewing exists', async () =>
    p.project.context.board.createQueue('Reviewing').catch(() => true),
  );
  await settledIn(p, '1', 'Done');
  const runs = await p.project.context.store.projection.listRuns({ taskId: '1', limit: 9 });
  expect(runs.map((run) => run.agent).sort()).toEqual(['first', 'second']);
});

test('a run whose task is taken away goes on by default and ends under `cancel` (R-ART-036)', async () => {
  const p = await aProject({
    queues: queues('1', '2'),
    agents: { slow: 'exec sleep 6', long: 'exec sleep 60' },
    routes: [
      { queue_name: 'Todo', agent: 'long', on_external_move: 'cancel' },
      { queue_name: 'Review', agent: 'slow', in_progress_queue: 'Reviewing' },
    ],
  });
  const { board, store } = p.project.context;
  await until('task 1 runs', async () => (await store.records.getTaskState('1'))?.status === 'running');
  await board.moveTask('1', 'Done');
  const ended = await until('the run ended', async () => {
    const [run] = await store.projection.listRuns({ taskId: '1', limit: 1 });
    return run?.status === 'finished' && run;
  });
  expect(ended.outcome).toBe('cancelled');
  expect((await board.getTask('1')).queueName).toBe('Done');
});

test('agents find their task, run and counts in the environment (R-ART-044)', async () => {
  const p = await aProject({
    queues: queues('1'),
    agents: { env: 'env > env.txt' },
    routes: [{ queue_name: 'Todo', agent: 'env', completed_queue: 'Done' }],
    env: { TEMPORAL_SECRET: 'no', KEPT: 'yes' },
  });
  await settledIn(p, '1', 'Done');
  const env = new Map(
    readFileSync(`${p.dir}/env.txt`, 'utf8')
      .split('\n')
      .map((line) => [line.split('=')[0] ?? '', line.split('=').slice(1).join('=')]),
  );
  const [run] = await p.project.context.store.projection.listRuns({ taskId: '1', limit: 1 });
  expect(Object.fromEntries(env)).toMatchObject({
    ...{ TASK_ID: '1', DISPATCH_TASK_ID: '1', TASK_NAME: 'task 1', TASK_QUEUE: 'Todo', KEPT: 'yes' },
    ...{ DISPATCH_ATTEMPT: '1', DISPATCH_RETRY_COUNT: '0', AGENT_DISPATCH_DEPTH: '1' },
    DISPATCH_RUN_ID: run?.runId,
    DISPATCH_API_URL: 'http://127.0.0.1:8000',
    ARTIFICER_API_URL: 'http://127.0.0.1:8000',
  });
  expect(env.has('TEMPORAL_SECRET')).toBe(false);
});
