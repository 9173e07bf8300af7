import { z } from 'zod';
import { AGENT_BUDGET_USD_MAX } from '../limits.ts';
import {
  BREAKER_FAILURES_MAX,
  BREAKER_SECONDS_MAX,
  BUDGET_AGENTS_MAX,
  BUDGET_NAMES_CHARS_MAX,
} from '../money-limits.ts';

const Dollars = z.number().min(0).max(AGENT_BUDGET_USD_MAX);
const BreakerSeconds = z.number().positive().max(BREAKER_SECONDS_MAX);
/** As agents and roles are named in files; a colon is kept free for names we make ourselves. */
const AgentName = z.string().regex(/^[^:\p{Cc}]{1,200}$/u);

/** What one agent, role or agent of agents.yaml may spend. */
export const AgentBudgetConfig = z.looseObject({
  daily_cap_usd: Dollars.nullish().describe('Dollars per UTC day; 0 disables the agent'),
  dispatch_reservation_usd: Dollars.nullish().describe(
    'Dollars held for a run of it until its cost is known; default learned from its last runs',
  ),
  on_budget: z
    .enum(['wait', 'escalate'])
    .optional()
    .describe('When its money is gone: tasks wait (default), or a person hears of the first one each day'),
});

/** Caps on money, per UTC day, month and for good (R-PROD-012, R-PROD-047). */
export const BudgetConfig = z.looseObject({
  project_ceiling_usd: Dollars.nullish().describe('Dollars all agents together may spend per UTC day'),
  monthly_usd: Dollars.nullish().describe('The same per month'),
  total_usd: Dollars.nullish().describe('The same for good'),
  soft_cap_ratio: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('Share of a cap from which on people are warned; default 0.8'),
  dispatch_reservation_usd: Dollars.optional().describe(
    'Dollars held for a run of an agent of which nothing better is known; default 0.10',
  ),
  dispatch_fee_usd: Dollars.optional().describe(
    'Dollars booked as spending of producer for each task of a role that starts; default 0',
  ),
  agents: z
    .record(AgentName, AgentBudgetConfig)
    .refine(
      (agents) => Object.keys(agents).length <= BUDGET_AGENTS_MAX,
      `at most ${BUDGET_AGENTS_MAX} agents`,
    )
    .refine(
      (agents) => Object.keys(agents).join('').length <= BUDGET_NAMES_CHARS_MAX,
      `names of at most ${BUDGET_NAMES_CHARS_MAX} characters together`,
    )
    .optional()
    .describe('Caps by name of agent or role'),
});

/** When an agent that keeps failing is stopped (R-PROD-063). */
export const BreakerConfig = z.looseObject({
  enabled: z.boolean().optional().describe('Default true'),
  failures: z
    .int()
    .min(1)
    .max(BREAKER_FAILURES_MAX)
    .optional()
    .describe('Failures of one agent within the window that stop it; default 5'),
  window_seconds: BreakerSeconds.optional().describe('Default 600'),
  cooldown_seconds: BreakerSeconds.optional().describe(
    'After it one run tries again; doubled with each failed try; default 300',
  ),
  global_agents: z
    .int()
    .min(0)
    .max(BUDGET_AGENTS_MAX)
    .optional()
    .describe('So many stopped agents within the window arm the kill switch; 0 = never; default 2'),
});
