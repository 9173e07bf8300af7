import { condition, TemporalFailure } from '@temporalio/workflow';
import { GOVERNOR_LINE_PERSIST_DEBOUNCE_MS, GOVERNOR_PERSIST_DEBOUNCE_MS } from '../core/limits.ts';
import type { PersistPart } from '../core/policy/governor/events.ts';
import type { Shell } from './governor.ts';
import type { Saver } from './governor-saver.ts';
import { atOnce, records } from './governor-writes.ts';

/**
 * What saves in a Workflow Run that began with version 0.1.0: there writes follow from the ends of others, which a replay
 * may see earlier. Such a run ends with its renewal; its recorded histories stay.
 */
export function governorSaverBefore(shell: Shell): Saver {
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
        if (!(error instanceof TemporalFailure)) throw error;
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

  return { save, writing: () => writing, begun: () => 0 };
}

const URGENCY: Readonly<Record<PersistPart, number>> = { line: 0, operator: 1, brake: 2 };
