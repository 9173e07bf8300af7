import {
  condition,
  continueAsNew,
  ParentClosePolicy,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { CHILD_LOOK_MS, CHILD_LOOK_MS_MAX, SESSION_IDLE_MS } from '../core/dispatch-limits.ts';
import type { PlannedJob } from '../core/schema/dispatch-flow.ts';
import { runJob } from './child-dispatch.ts';
import { dispatches } from './dispatch-activities.ts';
import { turnSignal } from './messages.ts';
import { showPhase } from './task-view.ts';

export interface SessionInput {
  readonly project: string;
  readonly sessionId: string;
  /** Turns that were told to an earlier history. */
  readonly pending?: readonly PlannedJob[];
}

/**
 * One conversation: its turns in order, one at a time, because the agent itself has no lock (R-AD-077). It ends when
 * nobody says anything for a while; the next turn starts it again.
 */
export async function sessionWorkflow({ project, sessionId, pending = [] }: SessionInput): Promise<void> {
  const turns = [...pending];
  setHandler(turnSignal, (turn) => {
    if (!turns.some(({ jobId }) => jobId === turn.jobId)) turns.push(turn);
  });
  for (;;) {
    if (turns.length === 0) showPhase('waiting for the next turn');
    if (!(await condition(() => turns.length > 0, SESSION_IDLE_MS))) return;
    await renewWhenLong();
    const [turn] = turns;
    if (turn === undefined) continue;
    showPhase(`turn of **${turn.agent}**, job \`${turn.jobId}\``);
    await untilFree({ sessionId, jobId: turn.jobId }, renewWhenLong);
    // Ending the conversation's workflow by hand must not take the run down with it.
    await runJob(project, turn, ParentClosePolicy.ABANDON);
    turns.shift();
  }

  async function renewWhenLong(): Promise<void> {
    if (!workflowInfo().continueAsNewSuggested) return;
    await continueAsNew<typeof sessionWorkflow>({ project, sessionId, pending: turns });
  }
}

/** The conversation may have been begun by a dispatch that still runs. */
async function untilFree(
  turn: { readonly sessionId: string; readonly jobId: string },
  renew: () => Promise<void>,
): Promise<void> {
  let ms = CHILD_LOOK_MS;
  while (!(await dispatches.isSessionFree(turn))) {
    await renew();
    await sleep(ms);
    ms = Math.min(ms * 2, CHILD_LOOK_MS_MAX);
  }
}
