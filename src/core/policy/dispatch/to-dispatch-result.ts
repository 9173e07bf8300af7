import type { AgentOutcome } from '../../schema/agent-outcome.ts';
import type { AgentReport } from '../../schema/agent-report.ts';
import type { DispatchResult } from '../../schema/dispatch.ts';
import { cutShortResult, lostResult } from './cut-short-result.ts';
import { plainFailure, reportedFailure } from './failure-result.ts';
import { endedHow, isClaude, type ResultFacts } from './result-facts.ts';
import { spawnFailure } from './spawn-failure.ts';
import { successResult } from './success-result.ts';

/**
 * What a caller is told of a run, however it ended. The agent's own verdict comes first: a complete answer outranks a
 * timeout and a bad exit code (R-AD-037 to R-AD-056, R-ADX-010, R-ADX-012, R-ADX-042).
 */
export function toDispatchResult(
  outcome: AgentOutcome | { readonly kind: 'worker-lost' },
  facts: ResultFacts,
): DispatchResult {
  if (outcome.kind === 'worker-lost') return lostResult(facts);
  const { report } = outcome;
  if (report !== undefined && hasVerdict(report, outcome)) {
    return report.isError
      ? reportedFailure(report, outcome, facts)
      : successResult(report.text, outcome, facts);
  }
  switch (outcome.kind) {
    case 'succeeded':
      return endedWell(outcome, facts);
    case 'failed':
      return endedBadly(outcome, facts);
    default:
      return cutShortResult(outcome, facts);
  }
}

/** An agent that we stop reports an error because of that: then the stop is the reason, not the report. */
function hasVerdict(report: AgentReport, outcome: AgentOutcome): boolean {
  if (report.isError === undefined) return false;
  const stoppedByUs = outcome.kind !== 'succeeded' && outcome.kind !== 'failed';
  return !(stoppedByUs && report.isError && isInterruption(report));
}

function isInterruption({ subtype, terminalReason }: AgentReport): boolean {
  return subtype === 'error_during_execution' || (terminalReason ?? '').startsWith('aborted');
}

/** Exit 0 without a verdict: the output is the answer, unless a protocol was spoken and broke off (R-AD-046, R-AD-056). */
function endedWell(outcome: AgentOutcome, facts: ResultFacts): DispatchResult {
  const { report } = outcome;
  if (report === undefined || facts.spec.kind === 'command') {
    return successResult(report?.text ?? outcome.tail, outcome, facts);
  }
  if (report.text.trim() !== '' && !spokeProtocol(report)) return successResult(report.text, outcome, facts);
  return plainFailure(report.stderr.trim() || 'No result received (exit code 0)', '', outcome, facts);
}

/** A bad exit without a verdict: what it printed is the reason (R-AD-045, R-AD-046, R-AD-056). */
function endedBadly(outcome: Extract<AgentOutcome, { kind: 'failed' }>, facts: ResultFacts): DispatchResult {
  const notStarted = spawnFailure(facts.agent, outcome);
  if (notStarted !== null) return notStarted;
  const { report } = outcome;
  const printed = report?.text ?? outcome.tail;
  const broken = report !== undefined && spokeProtocol(report);
  const words = broken ? '' : printed.trim();
  return plainFailure(words || report?.stderr.trim() || endText(outcome, facts), printed, outcome, facts);
}

function endText(outcome: Extract<AgentOutcome, { kind: 'failed' }>, facts: ResultFacts): string {
  const { exitCode, outputBytes, reason } = outcome;
  if (exitCode === undefined || !isClaude(facts)) return `Agent '${facts.agent}' ${endedHow(reason)}`;
  // Its adapter knows more than that it exited.
  if (!/^exited |^No result received/.test(reason)) return `Agent '${facts.agent}' failed: ${reason}`;
  return outputBytes > 0
    ? `No result received (exit code ${exitCode})`
    : `claude exited with code ${exitCode}`;
}

/** Did it begin to speak its protocol? Then its text is a fragment, not an answer. */
function spokeProtocol({ model, numTurns }: AgentReport): boolean {
  return model !== undefined || numTurns !== undefined;
}
