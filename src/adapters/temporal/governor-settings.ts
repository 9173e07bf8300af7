import { isDeepStrictEqual } from 'node:util';
import { type Client, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import type { GovernorState } from '../../core/policy/governor/state.ts';
import type { Governor } from '../../core/ports/governor.ts';
import { policySignal, poolLimitSignal, statusQuery } from '../../workflows/messages.ts';

/** Who does not answer in this time (ms) is told without being asked. */
const ASK_MS_MAX = 2_000;

/** Passes on what a configuration says, where it differs from what the governor has; one that is not there is left alone. */
export function governorSettings(
  client: Client,
  handle: () => WorkflowHandle,
): Pick<Governor, 'setPools' | 'setPolicy'> {
  /**
   * Null: it does not answer now. After the death of a worker its questions queue up behind a task that nobody works on,
   * and one more is refused; a Signal is not, and told twice it changes nothing.
   */
  async function known(): Promise<GovernorState | null> {
    try {
      return await client.withDeadline(Date.now() + ASK_MS_MAX, () => handle().query(statusQuery));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) throw error;
      return null;
    }
  }
  /** The next governor is started with the settings of that moment. */
  async function ifThere(change: (state: GovernorState | null) => Promise<void>): Promise<void> {
    try {
      await change(await known());
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  return {
    setPools: (limits) =>
      ifThere(async (state) => {
        for (const [pool, limit] of Object.entries(limits)) {
          if (state?.pools[pool]?.limit !== limit) await handle().signal(poolLimitSignal, { pool, limit });
        }
      }),
    setPolicy: (policy) =>
      ifThere(async (state) => {
        const same = { budget: state?.budget?.policy ?? null, breaker: state?.breaker?.policy };
        if (state === null || !isDeepStrictEqual(same, policy)) await handle().signal(policySignal, policy);
      }),
  };
}
