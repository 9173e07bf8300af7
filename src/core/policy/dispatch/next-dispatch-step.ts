import { LOST_RUNS_MAX } from '../../limits.ts';
import type { StopCause } from '../../schema/agent-outcome.ts';
import type { DispatchTurn } from '../../schema/dispatch-flow.ts';
import type { RunEnding } from '../../schema/task-flow.ts';

/** What was tried before this run, and for whom. */
export interface DispatchCounters {
  readonly lostCount: number;
  /** How this run took up the conversation. */
  readonly turn: DispatchTurn;
  /** Somebody waits for the answer. */
  readonly awaited: boolean;
}

/** What follows a run of a dispatch: its end, or another run that continues the conversation or begins it. */
export type DispatchStep =
  | { readonly kind: 'finish' }
  /** It asked a person something and goes on with the answer (R-SYS-026). */
  | { readonly kind: 'ask'; readonly turn: 'answered'; readonly lostCount: number }
  | { readonly kind: 'resume'; readonly turn: 'continue'; readonly lostCount: number }
  | { readonly kind: 'fresh'; readonly turn: 'as-asked'; readonly lostCount: number };

const FINISH: DispatchStep = { kind: 'finish' };

/**
 * Decides whether a dispatch runs again. Only what was no doing of its agent is repeated: a lost worker, three in all,
 * and a stop by us. How an agent failed is the caller's to judge (R-SYS-005, R-AD-114).
 */
export function nextDispatchStep(ending: RunEnding, counters: DispatchCounters): DispatchStep {
  const { lostCount, turn, awaited } = counters;
  // A caller that waits hears the question itself and goes on with the conversation when it knows.
  if (ending.kind === 'succeeded' && ending.asked === true && !awaited)
    return { kind: 'ask', turn: 'answered', lostCount };
  if (ending.kind === 'worker-lost') return lostCount + 1 < LOST_RUNS_MAX ? resume(lostCount + 1) : FINISH;
  if (ending.kind === 'stopped') return goesOn(ending.by, counters) ? resume(lostCount) : FINISH;
  // Only a conversation that we meant to take up again is begun anew; one that the caller named is his mistake.
  const missing = ending.fresh === true && turn !== 'as-asked';
  return missing ? { kind: 'fresh', turn: 'as-asked', lostCount } : FINISH;
}

function resume(lostCount: number): DispatchStep {
  return { kind: 'resume', turn: 'continue', lostCount };
}

/** A brake is told at once to whoever waits, a spent allowance to everybody; other stops are over before long (R-SYS-019). */
function goesOn(by: StopCause, { awaited }: DispatchCounters): boolean {
  return by !== 'cancel' && by !== 'budget' && !(by === 'brake' && awaited);
}
