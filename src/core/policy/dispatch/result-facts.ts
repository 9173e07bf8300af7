import type { AgentOutcome } from '../../schema/agent-outcome.ts';
import type { AgentReport } from '../../schema/agent-report.ts';
import type { DispatchRequest, DispatchResult, DispatchSpec } from '../../schema/dispatch.ts';
import { usdOf } from '../money/dollars.ts';
import { deniedTools } from './denied-tools.ts';
import { overspentHint } from './error-hints.ts';
import type { Typical } from './usage-typical.ts';

/** What a result is told against, beside how the run ended. */
export interface ResultFacts {
  readonly agent: string;
  readonly request: Pick<DispatchRequest, 'responseFormat'>;
  readonly spec: Pick<DispatchSpec, 'kind' | 'maxBudgetUsd'>;
  /** Fixed before the run; null = there is no conversation to continue. */
  readonly sessionId: string | null;
  /** True: the run went on with a conversation, whose earlier cost is not this run's. */
  readonly resume: boolean;
  /** How long this agent usually takes, for the advice after a timeout. */
  readonly typical?: Typical | null | undefined;
}

/** Fields that every result of a run has, however it ended; what is not known is left out (R-AD-004, R-AD-039). */
export function commonFields(outcome: AgentOutcome, facts: ResultFacts) {
  const { report } = outcome;
  const denied = deniedTools(report?.deniedTools ?? []);
  const sessionId = sessionOf(outcome, facts);
  const costUsd = runCostUsd(outcome, facts);
  return {
    ...(sessionId === null ? {} : { session_id: sessionId }),
    ...(costUsd === undefined ? {} : { cost_usd: costUsd }),
    duration_ms: report?.reportedMs ?? outcome.durationMs,
    ...(report?.numTurns === undefined ? {} : { num_turns: report.numTurns }),
    ...(denied.length === 0 ? {} : { denied_tools: [...denied] }),
  };
}

/**
 * The conversation as the agent named it, else as it was named beforehand; a plain command has none (R-AD-049), and one
 * that the agent could not be told of is none either (R-AD-050).
 */
export function sessionOf(
  {
    sessionId: told,
    report,
  }: { readonly sessionId?: string | undefined; readonly report?: AgentReport | undefined },
  facts: ResultFacts,
): string | null {
  if (told !== undefined) return told;
  return facts.spec.kind === 'command' || report?.sessionUnnamed === true ? null : facts.sessionId;
}

/** Is this agent the claude CLI or built on it? Error texts of the wire name it. */
export function isClaude({ spec }: ResultFacts): boolean {
  return spec.kind.startsWith('claude');
}

/** Marks a result that cost more than its cap, without failing it (R-ADX-002). */
export function withOverspending(result: DispatchResult, { spec }: ResultFacts): DispatchResult {
  const cap = spec.maxBudgetUsd;
  const cost = result.cost_usd;
  if (result.error_type === 'budget' || cap === null || cost === undefined || cost <= cap) return result;
  return { ...result, budget_exceeded: true, ...joinedHint([result.hint, overspentHint(cost, cap)]) };
}

/** Hints in the given order, joined by a space; nothing when there is none (R-ADX-021). */
export function joinedHint(hints: readonly (string | undefined)[]): { hint?: string } {
  const given = hints.filter((hint) => hint !== undefined);
  return given.length === 0 ? {} : { hint: given.join(' ') };
}

/** How a process ended, as the rest of a sentence about it. */
export function endedHow(reason: string): string {
  return reason.startsWith('killed') ? `was ${reason}` : reason;
}

/** What this run alone cost: callers sum it, and a conversation's total would count earlier turns again. */
function runCostUsd(outcome: AgentOutcome, { resume }: ResultFacts): number | undefined {
  const whole = resume ? undefined : outcome.report?.conversationMicroUsd;
  const microUsd = outcome.costMicroUsd ?? whole;
  return microUsd === undefined ? undefined : usdOf(microUsd);
}
