import { ActivityFailure, proxyLocalActivities, sleep } from '@temporalio/workflow';
import type { GovernorActivities } from '../activities/governor-records.ts';
import { GOVERNOR_PERSIST_DEBOUNCE_MS } from '../core/limits.ts';
import type { Shell } from './governor.ts';

const records = proxyLocalActivities<GovernorActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '100ms', maximumInterval: '10s', maximumAttempts: 5 },
});

/** Brings the state to the store, debounced: changes while it waits or writes lead to one more write. */
export function governorSaver(shell: Shell) {
  let due = false;
  let saving = false;
  return {
    async save(): Promise<void> {
      due = true;
      if (saving) return;
      saving = true;
      while (due) {
        await sleep(GOVERNOR_PERSIST_DEBOUNCE_MS, { summary: 'save' });
        due = false;
        await records.saveGovernor({ state: shell.state() }).catch((error: unknown) => {
          if (!(error instanceof ActivityFailure)) throw error;
        });
      }
      saving = false;
    },
  };
}
