import { z } from 'zod';
import { jobRecord } from '../../core/policy/dispatch/job-record.ts';
import { requestFields, requestOf } from '../dispatch/request-fields.ts';
import { sessionNamed } from '../dispatch/session-owner.ts';
import { takeDispatch } from '../dispatch/take-dispatch.ts';
import { answeredAt, wait } from '../dispatch/wait-field.ts';
import { defineOperation } from '../operation.ts';
import { WireJob } from '../wire/job.ts';

/** `POST /sessions/{session_id}/turns`: goes on with a conversation; turns come one after the other (R-AD-077). */
export const startTurn = defineOperation({
  name: 'start-turn',
  summary: 'Go on with a conversation; answers the job of the turn',
  http: {
    ...{ method: 'POST', path: '/sessions/:session_id/turns', access: 'write', query: ['wait'] },
    answered: answeredAt('/dispatches'),
  },
  forAgents: true,
  needsWorkers: true,
  input: z.object({
    ...requestFields,
    agent: z.string().max(200).default('').describe('Whose conversation it is, where it was begun elsewhere'),
    session_id: z.string().min(1).max(200).describe('Id of the conversation'),
    wait: wait(),
  }),
  output: WireJob,
  async run(context, { wait: seconds, session_id: sessionId, ...asked }) {
    const agent = asked.agent === '' ? (await sessionNamed(context, sessionId)).agent : asked.agent;
    const job = await takeDispatch(context, {
      request: requestOf({ ...asked, agent }),
      ...{ sessionId, isTurn: true, cache: 'off', taskId: null, waitMs: seconds * 1000 },
    });
    return jobRecord(job);
  },
});
