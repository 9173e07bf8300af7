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
  expect(await p.comments('1')).toEqual(['Agent finished without moving the task; it is still in "In Progress".']);
  const [run] = await p.project.context.store.projection.listRuns({ taskId: '1', limit: 5 });
  expect(run).toMatchObject({ status: 'finished', outcome: 'success', attempt: 1, prompt: 'Work on task 1: task 1.' });
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
  expect(await p.comments('1')).toEqual(['Agent timed out after 0.3s and was terminated.', 'Agent failed: timed out.']);
  expect(await p.project.context.store.records.getTaskState('1')).toMatchObject({ status: 'stuck' });
});

test('a task moved into another watched queue is handed to that route next (R-ART-059)', async () => {
  const p = await aProject({
    queues: queues('1'),
    agents: {
      first: 'mv_to=Review; node -e "const fs=require(\'fs\');const b=JSON.parse(fs.readFileSync(\'board.json\'));const q=b.queues;const t=q[\'In Progress\'].pop();q.Review.push(t);fs.writeFileSync(\'board.json.tmp\',JSON.stringify(b));fs.renameSync(\'board.json.tmp\',\'board.json\')"',
      second: 'exit 0',
    },
    routes: [
      { queue_name: 'Todo', agent: 'first' },
      { queue_name: 'Review', agent: 'second', in_progress_queue: 'Reviewing', completed_queue: 'Done' },
    ],
    config: {},
  });
  await until('Reviewing exists', async () => p.project.context.board.createQueue('Reviewing').catch(() => true));
  await settledIn(p, '1', 'Done');
  const runs = await p.project.context.store.projection.listRuns({ taskId: '1', limit: 9 });
  expect(runs.map((run) => run.agent).sort()).toEqual(['first', 'second']);
});
