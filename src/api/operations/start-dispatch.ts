import { z } from 'zod';
import { jobRecord } from '../../core/policy/dispatch/job-record.ts';
import { requestFields, requestOf } from '../dispatch/request-fields.ts';
import { takeDispatch } from '../dispatch/take-dispatch.ts';
import { answeredAt, wait } from '../dispatch/wait-field.ts';
import { defineOperation } from '../operation.ts';
import { WireJob } from '../wire/job.ts';

/** `POST /dispatches`: hands work to an agent; the answer is its job, ended or not (R-SYS-006, R-SYS-022). */
export const startDispatch = defineOperation({
  name: 'start-dispatch',
  summary: 'Hand a task to an agent; answers its job, with the result when it ended in time',
  http: {
    ...{ method: 'POST', path: '/dispatches', access: 'write', query: ['wait'] },
    answered: answeredAt('/dispatches'),
  },
  forAgents: true,
  needsWorkers: true,
  input: z.object({
    ...requestFields,
    session_id: z.string().max(200).default('').describe('Conversation to go on with; empty = a new one'),
    task_id: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('Task of the board it belongs to; absent = that of the calling run'),
    cache: z
      .enum(['use', 'refresh', 'bypass'])
      .default('use')
      .describe("use = take an equal call's answer; refresh = run anew and keep it; bypass = neither"),
    wait: wait(),
  }),
  output: WireJob,
  async run(context, input) {
    const { session_id: sessionId, task_id: taskId = null, cache } = input;
    const job = await takeDispatch(context, {
      request: requestOf(input),
      cache: cache === 'bypass' ? 'off' : cache,
      sessionId: sessionId === '' ? null : sessionId,
      isTurn: sessionId !== '',
      ...{ taskId, waitMs: input.wait * 1000 },
    });
    return jobRecord(job);
  },
});
