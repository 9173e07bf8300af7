import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { LIST_PAGE_MAX } from '../../core/limits.ts';
import { deadLetters, WireDeadLetter } from '../dead-letter.ts';
import { taskId } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { WireRun, wireRun } from '../wire/run.ts';

const RUNS_SHOWN_MAX = 20;

/** `GET /dead-letter/{task_id}`: one task that was given up, with its runs. */
export const showDeadLetter = defineOperation({
  name: 'show-dead-letter',
  summary: 'Show a task that was given up, with its runs',
  http: { method: 'GET', path: '/dead-letter/:task_id', access: 'read' },
  cli: { words: ['dead-letter', 'show'], positionals: ['task_id'] },
  input: z.object({ task_id: taskId() }),
  output: WireDeadLetter.extend({ last_runs: z.array(WireRun) }),
  async run(context, { task_id }) {
    const { store } = context;
    const found = (await deadLetters(context, LIST_PAGE_MAX)).find((entry) => entry.task_id === task_id);
    if (found === undefined) throw new AppError('task-not-found', `task ${task_id} was not given up`);
    const now = Date.now();
    const runs = await store.projection.listRuns({ taskId: task_id, limit: RUNS_SHOWN_MAX });
    return { ...found, last_runs: runs.map((run) => wireRun(run, now)) };
  },
});
