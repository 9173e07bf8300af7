import { z } from 'zod';
import { SESSIONS_LISTED_MAX } from '../../core/dispatch-limits.ts';
import { defineOperation } from '../operation.ts';
import { WireSession, wireSession } from '../wire/session.ts';

/** Conversations with agents, the latest first (R-AD-077). */
export const listSessions = defineOperation({
  name: 'list-sessions',
  summary: 'List conversations with agents, latest first',
  http: { method: 'GET', path: '/sessions', access: 'read' },
  cli: { ofUser: true, words: ['session', 'list'], examples: ['dispatch session list --limit 5'] },
  input: z.object({
    limit: z.int().min(1).max(SESSIONS_LISTED_MAX).default(20).describe('How many at most'),
  }),
  output: z.array(WireSession),
  run: async ({ store }, { limit }) => (await store.jobs.listSessions(limit)).map(wireSession),
});
