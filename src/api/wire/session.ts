import { z } from 'zod';
import { usdOf } from '../../core/policy/money/dollars.ts';
import type { SessionRecord } from '../../core/ports/jobs.ts';

/** A conversation with an agent (R-AD-077); times are Unix seconds. */
export const WireSession = z.strictObject({
  session_id: z.string(),
  agent: z.string(),
  created_at: z.number(),
  last_used_at: z.number(),
  turns: z.int(),
  cost_usd: z.number(),
});

export function wireSession(session: SessionRecord): z.output<typeof WireSession> {
  const { sessionId, agent, createdAt, lastUsedAt, turns, costMicroUsd } = session;
  return {
    ...{ session_id: sessionId, agent, turns, cost_usd: usdOf(costMicroUsd) },
    ...{ created_at: createdAt / 1000, last_used_at: lastUsedAt / 1000 },
  };
}
