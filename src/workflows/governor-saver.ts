import { condition, sleep, TemporalFailure, workflowInfo } from '@temporalio/workflow';
import type { GovernorActivities } from '../activities/governor-records.ts';
import { GOVERNOR_LINE_PERSIST_DEBOUNCE_MS, GOVERNOR_PERSIST_DEBOUNCE_MS } from '../core/limits.ts';
import type { PersistPart } from '../core/policy/governor/events.ts';
import type { Shell } from './governor.ts';
import { atOnce, records } from './governor-writes.ts';

/** Brings the governor's state to the store. */
export interface Saver {
  save(part: PersistPart): void;
  /** A write is under way for whose end the renewal has to wait. */
  writing(): boolean;
  /** Writes begun since the governor was started, over all its Workflow Runs. */
  begun(): number;
}

/**
 * An armed brake is in the store before anything else happens; what else an operator changed is there in 100 ms; reasons
 * of waiting tasks, which change with every grant, are gathered for a second, so that a full line costs few history
 * events. Nothing looks at the end of a write: it has no place in the history (ADR 0014).
 */
export function governorSaver(shell: Shell, begunBefore: number): Saver {
  let due: Gathered | null = null;
  let begun = begunBefore;

  function write({ saveGovernor }: Pick<GovernorActivities, 'saveGovernor'>): void {
    begun += 1;
    const saved = { governor: workflowInfo().firstExecutionRunId, count: begun };
    void saveGovernor({ state: { ...shell.state(), saved } }).catch((error: unknown) => {
      if (!(error instanceof TemporalFailure)) throw error;
    });
  }
  async function gather(): Promise<void> {
    const pressing = () => due === 'operator';
    if (!pressing())
      await condition(pressing, GOVERNOR_LINE_PERSIST_DEBOUNCE_MS, { summary: 'save the line' });
    if (pressing()) await sleep(GOVERNOR_PERSIST_DEBOUNCE_MS, { summary: 'save' });
    due = null;
    write(records);
  }

  return {
    save(part) {
      // That one may fail; it is always made good with the rest, since its failure can set off nothing.
      if (part === 'brake') write(atOnce);
      const gathering = due !== null;
      if (due !== 'operator') due = part === 'line' ? 'line' : 'operator';
      if (!gathering) void gather();
    },
    writing: () => false,
    begun: () => begun,
  };
}

type Gathered = Exclude<PersistPart, 'brake'>;
