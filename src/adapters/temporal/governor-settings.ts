import { isDeepStrictEqual } from 'node:util';
import { type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import type { GovernorState } from '../../core/policy/governor/state.ts';
import type { Governor } from '../../core/ports/governor.ts';
import { policySignal, poolLimitSignal, statusQuery } from '../../workflows/messages.ts';

/** Passes on what a configuration says, where it differs from what the governor has; one that is not there is left alone. */
export function governorSettings(handle: () => WorkflowHandle): Pick<Governor, 'setPools' | 'setPolicy'> {
  /** The next governor is started with the settings of that moment. */
  async function ifThere(change: (state: GovernorState) => Promise<void>): Promise<void> {
    try {
      await change(await handle().query(statusQuery));
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  return {
    setPools: (limits) =>
      ifThere(async ({ pools }) => {
        for (const [pool, limit] of Object.entries(limits)) {
          if (pools[pool]?.limit !== limit) await handle().signal(poolLimitSignal, { pool, limit });
        }
      }),
    setPolicy: (policy) =>
      ifThere(async ({ budget, breaker }) => {
        const known = { budget: budget?.policy ?? null, breaker: breaker?.policy };
        if (!isDeepStrictEqual(known, policy)) await handle().signal(policySignal, policy);
      }),
  };
}
