import { z } from 'zod';
import { defineOperation } from '../operation.ts';

const Stats = z.strictObject({
  size: z.int(),
  max_size: z.int(),
  hits: z.int(),
  misses: z.int(),
  evictions: z.int(),
  hit_rate: z.number(),
  /** Seconds. */
  ttl: z.number(),
});

/** How well equal calls are answered from the cache (R-AD-120). */
export const cacheStats = defineOperation({
  name: 'cache-stats',
  summary: 'Show how the answer cache does',
  http: { method: 'GET', path: '/cache', access: 'read' },
  mcp: { tool: 'cache_stats', annotations: { readOnlyHint: true } },
  cli: { ofUser: true, words: ['cache', 'stats'] },
  input: z.object({}),
  output: z.union([Stats, z.strictObject({ enabled: z.literal(false), message: z.string() })]),
  async run({ store, agents }) {
    const { cache } = (await agents.read()).settings;
    if (!cache.enabled) return { enabled: false as const, message: 'Cache is disabled in settings' };
    const { size, hits, misses, evictions } = await store.jobs.cacheCounters(Date.now());
    const asked = hits + misses;
    return {
      ...{ size, max_size: cache.maxSize, hits, misses, evictions },
      hit_rate: asked === 0 ? 0 : Math.round((hits / asked) * 1000) / 1000,
      ttl: cache.ttlSeconds,
    };
  },
});
