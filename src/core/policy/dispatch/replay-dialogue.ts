import type { DispatchResult } from '../../schema/dispatch.ts';
import type { DialoguePlan } from '../../schema/dispatch-plan.ts';
import { type DialogueStep, dialogueTurn, openDialogue } from './dialogue.ts';

/** Where a dialogue stands after these replies, in order: its jobs alone say it, so nothing else is kept (R-AD-092). */
export function replayDialogue(plan: DialoguePlan, replies: readonly DispatchResult[]): DialogueStep {
  const { requester, responder, topic, maxRounds, timeoutSeconds, maxCostUsd } = plan;
  let step: DialogueStep = {
    kind: 'next',
    state: openDialogue({ requester, responder, topic, maxRounds, timeoutSeconds, maxCostUsd }),
  };
  for (const reply of replies) {
    if (step.kind === 'ended') return step;
    step = dialogueTurn(step.state, reply);
  }
  return step;
}
