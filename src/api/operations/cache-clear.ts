import { z } from 'zod';
import { defineOperation } from '../operation.ts';

/** Forgets every cached answer and what was counted (R-AD-121). */
export const cacheClear = defineOperation({
  name: 'cache-clear',
  summary: 'Empty the answer cache',
  http: { method: 'DELETE', path: '/cache', access: 'write' },
  mcp: { tool: 'cache_clear', annotations: { destructiveHint: true, idempotentHint: true } },
  cli: { ofUser: true, words: ['cache', 'clear'] },
  input: z.object({}),
  output: z.strictObject({ cleared: z.int() }),
  run: async ({ store }) => ({ cleared: await store.jobs.clearCache() }),
});
