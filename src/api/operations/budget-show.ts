import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { LIST_PAGE_MAX } from '../../core/limits.ts';
import { endCooldowns } from '../../core/policy/governor/breaker.ts';
import type { GovernorState } from '../../core/policy/governor/state.ts';
import { type CapView, viewBudget } from '../../core/policy/money/budget-view.ts';
import { byName } from '../../core/policy/money/by-name.ts';
import { setPolicy } from '../../core/policy/money/caps.ts';
import { usdOf } from '../../core/policy/money/dollars.ts';
import { feeId } from '../../core/policy/money/fee.ts';
import type { BudgetState } from '../../core/policy/money/money-state.ts';
import { moneyPolicyOf } from '../../core/policy/money/policy-of.ts';
import { reservationOf } from '../../core/policy/money/reservation.ts';
import { emptyBudget } from '../../core/policy/money/settle-cost.ts';
import type { Control } from '../../core/ports/control.ts';
import { defineOperation } from '../operation.ts';
import { isoTimeOrNull } from '../wire/time.ts';

const Cap = {
  /** Null = no cap. */
  cap_usd: z.number().nullable(),
  spent_usd: z.number(),
  /** Held for runs under way: what they reserved, or have spent already where that is more. */
  reserved_usd: z.number(),
  left_usd: z.number().nullable(),
  state: z.enum(['no-cap', 'ok', 'soft-cap', 'cap-hit', 'disabled']),
};

/** `GET /budget`: caps, what was spent and what is held, and which agents are stopped (R-PROD-047, R-PROD-051). */
export const budgetShow = defineOperation({
  name: 'budget-show',
  summary: 'Show caps, what was spent under them, and agents stopped for failing',
  http: { method: 'GET', path: '/budget', access: 'read' },
  cli: { words: ['budget', 'show'], examples: ['dispatch budget show', 'dispatch budget show --json'] },
  input: z.object({}),
  output: z.strictObject({
    /** UTC day. */
    day: z.string(),
    project: z.array(z.strictObject({ period: z.enum(['daily', 'monthly', 'total']), ...Cap })),
    agents: z.array(
      z.strictObject({
        agent: z.string(),
        ...Cap,
        /** What its next run reserves. */
        run_reserves_usd: z.number(),
      }),
    ),
    /** Agents whose breaker is open; `until` null = one run is trying now. */
    stopped: z.array(z.strictObject({ agent: z.string(), failures: z.int(), until: z.string().nullable() })),
  }),
  async run({ store, settings, control }) {
    const now = Date.now();
    const [saved, running] = await Promise.all([
      store.records.loadGovernor(),
      store.projection.listRuns({ status: 'running', limit: LIST_PAGE_MAX }),
    ]);
    const known = setPolicy(
      { ...emptyBudget(now), overrides: saved?.budget?.overrides ?? [], recent: saved?.budget?.recent ?? {} },
      moneyPolicyOf(settings).budget,
    );
    const runIds = running.map(({ runId }) => runId);
    const sums = await store.records.spendTotals(known.day, [...runIds, ...runIds.map(feeId)]);
    const budget: BudgetState = { ...known, spent: { ...sums, agents: byName(sums.agents) } };
    const given = { ...saved?.leases, ...(running.length === 0 ? {} : await leasesNow(control)) };
    const leases = running.map(({ runId, agent, startedAt }) => {
      const lease = given[runId];
      return {
        ...{ agent, grantedAt: lease?.grantedAt ?? startedAt, feeMicroUsd: lease?.feeMicroUsd ?? 0 },
        reservedMicroUsd: lease?.reservedMicroUsd ?? reservationOf(budget, agent, Infinity),
        spentMicroUsd: lease?.spentMicroUsd ?? 0,
      };
    });
    const view = viewBudget(budget, leases);
    return {
      day: budget.day,
      project: view.project.map(({ period, ...cap }) => ({ period, ...wireCap(cap) })),
      agents: view.agents.map(({ agent, reservationMicroUsd, ...cap }) => ({
        ...{ agent, ...wireCap(cap) },
        run_reserves_usd: usdOf(reservationMicroUsd),
      })),
      stopped: saved === null ? [] : stoppedAgents(saved, now),
    };
  },
});

/** A governor that does not answer in this time (ms) is not waited for: the store's word counts. */
const GOVERNOR_MS_MAX = 1_000;

/** What runs have spent so far is told to the governor, and is in the store only when something else is saved. */
async function leasesNow(control: Pick<Control, 'governor'>): Promise<GovernorState['leases']> {
  const late = new AbortController();
  const asked = control.governor().catch(() => null);
  const silence = wait(GOVERNOR_MS_MAX, null, { signal: late.signal, ref: false }).catch(() => null);
  const state = await Promise.race([asked, silence]);
  late.abort();
  return state?.leases ?? {};
}

function wireCap({ capMicroUsd, spentMicroUsd, heldMicroUsd, leftMicroUsd, state }: CapView) {
  return {
    cap_usd: capMicroUsd === null ? null : usdOf(capMicroUsd),
    spent_usd: usdOf(spentMicroUsd),
    reserved_usd: usdOf(heldMicroUsd),
    left_usd: leftMicroUsd === null ? null : usdOf(leftMicroUsd),
    state,
  };
}

function stoppedAgents(saved: GovernorState, now: number) {
  return Object.entries(endCooldowns(saved, now).breaker?.agents ?? {}).flatMap(([agent, breaker]) => {
    const { trippedAt, failures, openUntil } = breaker;
    return trippedAt === null ? [] : [{ agent, failures: failures.length, until: isoTimeOrNull(openUntil) }];
  });
}
