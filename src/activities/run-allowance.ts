import { messageOf } from '../core/errors.ts';
import type { Grant } from '../core/policy/money/money-state.ts';
import type { ActivityPorts } from './ports.ts';

/** A governor that is away for longer does not keep a run going that has spent what it may (ms). */
const ASK_MS_MAX = 2_000;

/** Holds a run to what the budget leaves for it while it runs. */
export interface AllowanceWatch {
  /** What it has spent so far, micro-dollars. */
  spent(microUsd: number): void;
  spentMicroUsd(): number;
  /** Is there a budget that it may be held to? */
  isBounded(): boolean;
  /** It is over at this cost: nothing is stopped any more, and nobody is let in before the cost is held. Never rejects. */
  end(microUsd: number): Promise<void>;
}

/**
 * Stops a run once it has spent its allowance. What it spends beyond its reservation is told to the governor, which holds
 * it and says what is left for this run now: others spend at the same time (I4, R-PROD-052).
 */
export function watchAllowance(
  { governor, host, log }: Pick<ActivityPorts, 'governor' | 'host' | 'log'>,
  { runId, grant }: { readonly runId: string; readonly grant: Partial<Grant> },
): AllowanceWatch {
  const { reservedMicroUsd = 0 } = grant;
  let allowanceMicroUsd = grant.allowanceMicroUsd ?? null;
  let spent = 0;
  let asking = false;
  // One without a cap is watched all the same: somebody may set one.
  let over = grant.allowanceMicroUsd === undefined;
  const tell = (microUsd: number) => within(ASK_MS_MAX, governor.spend({ leaseId: runId, microUsd }));

  async function ask(): Promise<void> {
    asking = true;
    for (let told = -1; told < spent && !over; ) {
      told = spent;
      const fresh = await tell(told);
      if (fresh === 'late') log.warn({ runId }, 'spend of a run not told to the governor');
      else allowanceMicroUsd = fresh;
      if (allowanceMicroUsd !== null && spent > allowanceMicroUsd) stop(allowanceMicroUsd);
    }
    asking = false;
  }

  function stop(allowed: number): void {
    if (over) return;
    over = true;
    log.warn({ runId, spentMicroUsd: spent, allowanceMicroUsd: allowed }, 'allowance spent: run stopped');
    host.stopRun(runId, 'budget');
  }

  return {
    spent(microUsd) {
      spent = Math.max(spent, microUsd);
      // As much is held for it anyway.
      const held = Math.min(reservedMicroUsd, allowanceMicroUsd ?? reservedMicroUsd);
      if (over || asking || spent <= held) return;
      ask().catch((error: unknown) =>
        log.warn({ runId, error: messageOf(error) }, 'spend of a run not told'),
      );
    },
    spentMicroUsd: () => spent,
    isBounded: () => !over,
    async end(microUsd) {
      over = true;
      if (allowanceMicroUsd !== null && microUsd > reservedMicroUsd) await tell(microUsd);
    },
  };
}

/** The value, or `late` when it takes too long or fails. */
async function within<T>(ms: number, value: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), ms);
  });
  try {
    return await Promise.race([value.catch(() => 'late' as const), late]);
  } finally {
    clearTimeout(timer);
  }
}
