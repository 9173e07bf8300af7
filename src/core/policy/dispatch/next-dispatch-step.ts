import { LOST_RUNS_MAX } from '../../limits.ts';
import type { DispatchTurn } from '../../schema/dispatch-flow.ts';
import type { RunEnding } from '../../schema/task-flow.ts';

/** What was tried before, and how the run in question took up the conversation. */
export interface DispatchCounters {
  readonly lostCount: number;
  readonly turn: DispatchTurn;
  /** Somebody waits for the answer. */
  readonly awaited: boolean;
}

/** What follows a run of a dispatch. */
export type DispatchStep =
  | { readonly kind: 'finish' }
  | { readonly kind: 'again'; readonly turn: DispatchTurn; readonly lostCount: number };

const FINISH: DispatchStep = { kind: 'finish' };

/**
 * A run ends its dispatch, whatever came of it: the caller decides whether to ask again. Only what was not the agent's
 * doing is run again, counted, and where it was cut off: a lost worker at most LOST_RUNS_MAX times in all, a shutdown
 * or a host in trouble as often as it happens (R-SYS-005, R-SYS-007, R-AD-114).
 */
export function nextDispatchStep(
  ending: RunEnding,
  { lostCount, turn, awaited }: DispatchCounters,
): DispatchStep {
  if (ending.kind === 'worker-lost') {
    const lost = lostCount + 1;
    return lost < LOST_RUNS_MAX ? { kind: 'again', turn: 'continue', lostCount: lost } : FINISH;
  }
  if (turn === 'continue' && ending.fresh === true) return { kind: 'again', turn: 'as-asked', lostCount };
  if (ending.kind !== 'stopped' || ending.by === 'cancel') return FINISH;
  if (ending.by === 'brake' && awaited) return FINISH;
  // Without a process there is nothing to be continued.
  return { kind: 'again', turn: ending.durationMs > 0 ? 'continue' : turn, lostCount };
}
