import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { usageStats as statsOf } from '../../core/policy/dispatch/usage-stats.ts';
import { defineOperation } from '../operation.ts';

const Bucket = z.strictObject({
  dispatches: z.int(),
  cached_hits: z.int(),
  ok: z.int(),
  failed: z.int(),
  cost_usd: z.number(),
  median_ms: z.number().optional(),
  p90_ms: z.number().optional(),
  max_ms: z.number().optional(),
  median_cost_usd: z.number().optional(),
  max_cost_usd: z.number().optional(),
  outcomes: z.record(z.string(), z.int()).optional(),
  errors: z.record(z.string(), z.int()).optional(),
});

/** What calls of agents took and cost, from the usage journal (R-ADX-030). */
export const usageStats = defineOperation({
  name: 'usage-stats',
  summary: 'Show what calls of agents took and cost',
  http: { method: 'GET', path: '/usage', access: 'read' },
  cli: {
    ofUser: true,
    words: ['stats'],
    examples: ['dispatch stats --days 7', 'dispatch stats --agent infra --json'],
  },
  input: z.object({
    days: z.number().default(0).describe('Only the last so many days; 0 = all that is kept'),
    agent: z.string().default('').describe('Only this agent; empty = all'),
  }),
  output: z.strictObject({ total: Bucket, agents: z.record(z.string(), Bucket) }),
  async run({ usage }, { days, agent }) {
    if (days < 0) throw new AppError('invalid-input', 'days must not be negative');
    const window = { days, agent: agent === '' ? null : agent, now: Date.now() };
    return statsOf(await usage.records(), window);
  },
});
