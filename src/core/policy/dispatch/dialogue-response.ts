import type { DialogueEnding, DialogueEntry, DialogueState } from './dialogue.ts';

/** The wire's answer to a whole dialogue (R-AD-091). */
export interface DialogueResponse {
  readonly resolved: boolean;
  readonly rounds: number;
  readonly total_cost_usd: number;
  readonly total_duration_ms: number;
  readonly final_answer: string;
  readonly conversation: readonly DialogueEntry[];
}

/** What a dialogue came to; also one that was called off between two turns (R-AD-091). */
export function dialogueResponse(state: DialogueState, ending: DialogueEnding): DialogueResponse {
  return {
    resolved: ending.resolved,
    rounds: state.conversation.at(-1)?.round ?? 0,
    total_cost_usd: Number(state.totalCostUsd.toFixed(4)),
    total_duration_ms: state.totalDurationMs,
    final_answer: ending.finalAnswer,
    conversation: state.conversation,
  };
}
