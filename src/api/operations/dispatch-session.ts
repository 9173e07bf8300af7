import { z } from 'zod';
import { resultOf } from '../../core/policy/dispatch/job-result.ts';
import { awaitResult } from '../dispatch/await-end.ts';
import { requireTurnToCome } from '../dispatch/nested-wait.ts';
import { requestFields, requestOf } from '../dispatch/request-fields.ts';
import { requireOwnSession } from '../dispatch/session-owner.ts';
import { submit } from '../dispatch/submit.ts';
import { defineOperation } from '../operation.ts';

/** A turn of a conversation, never cached; turns of one conversation run one after the other (R-AD-075, R-AD-077). */
export const dispatchSession = defineOperation({
  name: 'dispatch-session',
  summary: 'Begin a conversation with an agent, or go on with one',
  mcp: { tool: 'dispatch_session', annotations: { openWorldHint: true } },
  access: 'write',
  forAgents: true,
  needsWorkers: true,
  input: z.object({
    ...requestFields,
    session_id: z
      .string()
      .max(200)
      .default('')
      .describe('Conversation to go on with, as an earlier answer named it; empty = a new one'),
  }),
  output: z.looseObject({}),
  async run(context, input) {
    const sessionId = input.session_id === '' ? null : input.session_id;
    if (sessionId !== null) {
      await requireOwnSession(context, sessionId, input.agent);
      await requireTurnToCome(context, sessionId);
    }
    const submission = { mode: 'session', sessionId, cache: 'off', taskId: null } as const;
    const submitted = await submit(context, { ...submission, request: requestOf(input) });
    if (submitted.kind !== 'job') return submitted.result;
    return resultOf(await awaitResult(context, submitted.job));
  },
});
