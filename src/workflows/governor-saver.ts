import { ActivityFailure, condition, proxyLocalActivities, sleep } from '@temporalio/workflow';
import type { GovernorActivities } from '../activities/governor-records.ts';
import { GOVERNOR_LINE_PERSIST_DEBOUNCE_MS, GOVERNOR_PERSIST_DEBOUNCE_MS } from '../core/limits.ts';
import type { Shell } from './governor.ts';

const records = proxyLocalActivities<GovernorActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '100ms', maximumInterval: '10s', maximumAttempts: 5 },
});

/**
 * Brings the state to the store. What an operator changed is there in 100 ms; reasons of waiting tasks, which change
 * with every grant, are gathered for a second, so that a full line costs few history events.
 */
export function governorSaver(shell: Shell) {
  let due: 'operator' | 'line' | null = null;
  let running = false;
  let writing = false;

  async function saveWhileDue(): Promise<void> {
    while (due !== null) {
      const urgent = () => due === 'operator';
      if (!urgent()) await condition(urgent, GOVERNOR_LINE_PERSIST_DEBOUNCE_MS, { summary: 'save the line' });
      if (urgent()) await sleep(GOVERNOR_PERSIST_DEBOUNCE_MS, { summary: 'save' });
      due = null;
      writing = true;
      await records.saveGovernor({ state: shell.state() }).catch((error: unknown) => {
        if (!(error instanceof ActivityFailure)) throw error;
      });
      writing = false;
    }
    running = false;
  }

  return {
    save(part: 'operator' | 'line'): void {
      if (due !== 'operator') due = part;
      if (running) return;
      running = true;
      void saveWhileDue();
    },
    writing: () => writing,
  };
}
