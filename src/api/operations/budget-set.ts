import { z } from 'zod';
import { AppError, invalidInput } from '../../core/errors.ts';
import { AGENT_BUDGET_USD_MAX } from '../../core/limits.ts';
import { capFits } from '../../core/policy/money/caps.ts';
import { microUsdOf, usdOf } from '../../core/policy/money/dollars.ts';
import type { CapPeriod, CapTarget } from '../../core/policy/money/money-state.ts';
import { emptyBudget } from '../../core/policy/money/settle-cost.ts';
import { roleOf } from '../../core/policy/roles/names.ts';
import { type CallContext, defineOperation } from '../operation.ts';

const PERIODS = ['daily', 'monthly', 'total'] as const;
const PROJECT = 'project';

/** `POST /budget`: a cap that counts at once and until the configuration changes that very cap (R-PROD-017, R-PROD-049). */
export const budgetSet = defineOperation({
  name: 'budget-set',
  summary: 'Set what an agent, or all of them together, may spend',
  http: { method: 'POST', path: '/budget', access: 'operate' },
  cli: {
    words: ['budget', 'set'],
    positionals: ['name', 'usd'],
    examples: ['dispatch budget set engineer 20', 'dispatch budget set project 600 --monthly'],
  },
  input: z.object({
    name: z.string().min(1).max(200).describe('Name of an agent or a role; project = all of them together'),
    usd: z.union([z.number(), z.string()]).describe('Dollars; 0 = nothing may be spent, none = no cap'),
    daily: z.boolean().default(false).describe('Per UTC day (default)'),
    monthly: z.boolean().default(false).describe('Per month; of the project only'),
    total: z.boolean().default(false).describe('For good; of the project only'),
  }),
  output: z.strictObject({
    status: z.literal('ok'),
    name: z.string(),
    period: z.enum(PERIODS),
    cap_usd: z.number().nullable(),
  }),
  async run(context, input) {
    const { control, caller, store } = context;
    const period = periodOf(input);
    const target = targetOf(input.name, period);
    const microUsd = capOf(input.usd);
    if (target.scope === 'agent') await mustBeKnown(context, target.name);
    const budget = (await store.records.loadGovernor())?.budget ?? emptyBudget(Date.now());
    if (!capFits(budget, target)) throw new AppError('conflict', 'there are too many caps set by hand');
    await control.setBudget({ target, microUsd }, caller);
    const cap_usd = microUsd === null ? null : usdOf(microUsd);
    return { status: 'ok' as const, name: input.name, period, cap_usd };
  },
});

function periodOf(input: Readonly<Record<CapPeriod, boolean>>): CapPeriod {
  const [period = 'daily', other] = PERIODS.filter((one) => input[one]);
  if (other !== undefined) invalidInput(other, `not together with ${period}: name one of them`);
  return period;
}

function targetOf(name: string, period: CapPeriod): CapTarget {
  if (name === PROJECT) return { scope: 'project', period };
  if (period !== 'daily') invalidInput(period, 'an agent has a daily cap only; name project instead');
  return { scope: 'agent', name: roleOf(name) };
}

function capOf(usd: number | string): number | null {
  if (usd === 'none') return null;
  const amount = typeof usd === 'number' ? usd : Number(usd.trim() === '' ? Number.NaN : usd);
  if (amount >= 0 && amount <= AGENT_BUDGET_USD_MAX) return microUsdOf(amount);
  return invalidInput('usd', `must be a number of dollars from 0 to ${AGENT_BUDGET_USD_MAX}, or none`);
}

/** A cap on a name nobody bears would limit nothing. */
async function mustBeKnown({ settings, agents }: CallContext, name: string): Promise<void> {
  const directory = await agents.read().catch(() => null);
  const known = new Set([
    ...Object.keys(settings.agents),
    ...Object.keys(settings.sharedAgents ?? {}),
    ...Object.keys(settings.budget?.agents ?? {}),
    ...(directory?.agents.keys() ?? []),
  ]);
  const names = [...known].map(roleOf);
  if (names.includes(name)) return;
  throw new AppError('agent-not-found', `unknown agent "${name}"`, {
    hint: names.length === 0 ? 'there are no agents' : `known: ${names.slice(0, 10).join(', ')}`,
  });
}
