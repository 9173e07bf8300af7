import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { IDEMPOTENCY_KEY_LENGTH_MAX } from '../../core/limits.ts';
import { defineOperation } from '../operation.ts';
import { isoTime } from '../wire/time.ts';

/** `GET /commands/{key}`: what came of a write that was answered with 202. */
export const getCommand = defineOperation({
  name: 'get-command',
  summary: 'Show what came of a write sent with an Idempotency-Key',
  http: { method: 'GET', path: '/commands/:key', access: 'read' },
  input: z.object({
    key: z.string().min(1).max(IDEMPOTENCY_KEY_LENGTH_MAX).describe('The Idempotency-Key of the write'),
  }),
  output: z.strictObject({
    key: z.string(),
    operation: z.string(),
    state: z.enum(['accepted', 'done', 'failed']),
    /** The answer, or `{code, message}` of a failed one. */
    answer: z.unknown(),
    workflow_id: z.string(),
    created_at: z.string(),
  }),
  async run({ store }, { key }) {
    const kept = await store.records.getKey(key);
    if (kept === null) throw new AppError('not-found', `nothing is kept under the key ${key}`);
    return {
      key,
      operation: kept.operation,
      state: kept.state,
      answer: kept.answer === null ? null : (JSON.parse(kept.answer) as unknown),
      workflow_id: kept.workflowId,
      created_at: isoTime(kept.createdAt),
    };
  },
});
