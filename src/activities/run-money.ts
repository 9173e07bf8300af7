import { KEEP_RESULT_MS_MAX, KEEP_RESULT_RETRY_MS } from '../core/dispatch-limits.ts';
import { messageOf } from '../core/errors.ts';
import type { Grant } from '../core/policy/money/money-state.ts';
import { dayOfRun } from '../core/policy/money/utc-day.ts';
import { type RunCost, runCost } from '../core/policy/pricing/run-cost.ts';
import { roleOf } from '../core/policy/roles/names.ts';
import type { AgentOutcome } from '../core/schema/agent-outcome.ts';
import type { TokensByModel } from '../core/schema/price-table.ts';
import type { ActivityPorts } from './ports.ts';
import { watchAllowance } from './run-allowance.ts';
import type { RunIdentity } from './run-source.ts';

/** The money of one run: what it has spent so far, and what it is booked at. */
export interface RunMoney {
  /** A process exists: from here on it costs something. */
  began(): void;
  /** What it says it has spent so far, micro-dollars; beyond its allowance it is stopped. */
  spent(microUsd: number): void;
  /** The same in tokens, for agents that tell no money before their end. */
  used(tokens: TokensByModel): void;
  /** Books what it cost, durably, and answers the ending with that cost in it. Never rejects. */
  book(outcome: AgentOutcome): Promise<AgentOutcome>;
}

type Costed = Pick<RunIdentity, 'runId' | 'agent' | 'surface' | 'taskId' | 'jobId'> & {
  readonly grant: Partial<Grant>;
};

/** Watches and books the money of a run (R-PROD-052, R-PROD-056, R-SYS-018). */
export function runMoney(ports: ActivityPorts, run: Costed): RunMoney {
  const { runId, surface, taskId, jobId, grant } = run;
  const { log, prices, store } = ports;
  const watch = watchAllowance(ports, { runId, grant });
  const day = dayOfRun(grant, Date.now());
  let began = false;

  async function costOf(outcome: AgentOutcome): Promise<RunCost> {
    const { costMicroUsd, report } = outcome;
    const { tokens } = report ?? {};
    const computed = tokens === undefined ? null : await prices.costOf(tokens.byModel).catch(() => null);
    return runCost({
      ...{ began: hasBegun(outcome), reportedMicroUsd: costMicroUsd ?? null },
      computedMicroUsd: computed?.microUsd ?? null,
      complete: tokens?.complete ?? false,
      reservedMicroUsd: Math.max(grant.reservedMicroUsd ?? 0, watch.spentMicroUsd()),
    });
  }

  /** An agent in code may work without a process of its own. */
  const hasBegun = ({ durationMs, costMicroUsd }: AgentOutcome): boolean =>
    began || durationMs > 0 || costMicroUsd !== undefined;

  async function keep(cost: RunCost): Promise<void> {
    const who = { runId, agent: roleOf(run.agent), surface, taskId, jobId };
    const deadline = performance.now() + KEEP_RESULT_MS_MAX;
    for (;;) {
      try {
        await store.records.bookSpend({ ...who, day, at: Date.now(), ...cost });
        return;
      } catch (error) {
        log.error({ runId, error: messageOf(error) }, 'cost of a run not kept');
        // Its settlement books it then.
        if (performance.now() > deadline) return;
        await new Promise((resolve) => setTimeout(resolve, KEEP_RESULT_RETRY_MS));
      }
    }
  }

  return {
    began() {
      began = true;
    },
    spent: watch.spent,
    used(tokens) {
      if (!watch.isBounded()) return;
      void prices.costOf(tokens).then(
        ({ microUsd }) => watch.spent(microUsd),
        () => undefined,
      );
    },
    async book(outcome) {
      const cost = await costOf(outcome);
      await Promise.all([watch.end(cost.microUsd), keep(cost)]);
      return hasBegun(outcome) && cost.known ? { ...outcome, costMicroUsd: cost.microUsd } : outcome;
    },
  };
}
