import { ActivityFailure, condition, proxyLocalActivities } from '@temporalio/workflow';
import type { GovernorActivities } from '../activities/governor-records.ts';
import {
  BRAKE_SAVE_MS_MAX,
  GOVERNOR_LINE_PERSIST_DEBOUNCE_MS,
  GOVERNOR_PERSIST_DEBOUNCE_MS,
} from '../core/limits.ts';
import type { PersistPart } from '../core/policy/governor/events.ts';
import type { Shell } from './governor.ts';

const records = proxyLocalActivities<GovernorActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '100ms', maximumInterval: '10s', maximumAttempts: 5 },
});

/** Tried once and briefly: hosts hear of the brake only after this, and a store that is away must not keep it from them. */
const atOnce = proxyLocalActivities<GovernorActivities>({
  startToCloseTimeout: BRAKE_SAVE_MS_MAX,
  scheduleToCloseTimeout: BRAKE_SAVE_MS_MAX,
  retry: { maximumAttempts: 1 },
});

/**
 * Brings the state to the store. An armed brake is there before anything else happens; what else an operator changed
 * is there in 100 ms; reasons of waiting tasks, which change with every grant, are gathered for a second, so that a
 * full line costs few history events.
 */
export function governorSaver(shell: Shell) {
  let due: PersistPart | null = null;
  let gathering = false;
  let writing = false;

  async function gather(): Promise<void> {
    const pressing = () => due !== 'line';
    if (!pressing())
      await condition(pressing, GOVERNOR_LINE_PERSIST_DEBOUNCE_MS, { summary: 'save the line' });
    const armed = () => due === 'brake';
    if (due === 'operator') await condition(armed, GOVERNOR_PERSIST_DEBOUNCE_MS, { summary: 'save' });
  }
  // The end of a write must start no timer: it may reach the workflow in a later Workflow Task than the one whose history
  // has its marker, and then a replay would start that timer earlier.
  async function saveOnce(): Promise<void> {
    await gather();
    gathering = false;
    while (writing) await condition(() => !writing);
    if (due === null) return;
    const { saveGovernor } = due === 'brake' ? atOnce : records;
    const next = due === 'brake' ? 'operator' : null;
    due = null;
    writing = true;
    const failed = await saveGovernor({ state: shell.state() }).then(
      () => false,
      (error: unknown) => {
        if (!(error instanceof ActivityFailure)) throw error;
        return true;
      },
    );
    writing = false;
    if (failed && next !== null) save(next);
  }

  function save(part: PersistPart): void {
    if (due === null || URGENCY[part] > URGENCY[due]) due = part;
    if (gathering) return;
    gathering = true;
    void saveOnce();
  }

  return { save, writing: () => writing };
}

const URGENCY: Readonly<Record<PersistPart, number>> = { line: 0, operator: 1, brake: 2 };
