import type { AgentOutcome } from '../../schema/agent-outcome.ts';
import type { AgentReport } from '../../schema/agent-report.ts';
import type { DispatchResult } from '../../schema/dispatch.ts';
import { classifyReport, classifyText, type ErrorType } from './classify-error.ts';
import { allowanceHint, budgetHint, permissionHint, resumeSentence, usageLimitHint } from './error-hints.ts';
import { REPORTED_ERROR_CHARS_MAX, REPORTED_ERRORS_MAX } from './limits.ts';
import { commonFields, joinedHint, type ResultFacts, sessionOf, withOverspending } from './result-facts.ts';
import { cutCharacters } from './texts.ts';

/** The result of a run whose agent says itself that it failed (R-AD-044, R-AD-053, R-ADX-010, R-ADX-011). */
export function reportedFailure(
  report: AgentReport,
  outcome: AgentOutcome,
  facts: ResultFacts,
): DispatchResult {
  const common = commonFields(outcome, facts);
  const text = reasonOf(report, outcome, facts);
  const type = classifyReport(report, common.denied_tools ?? [], text);
  const result: DispatchResult = {
    agent: facts.agent,
    success: false,
    result: report.text,
    ...common,
    error: `${text}${hintFor(type, text, outcome, facts)}`,
    error_type: type,
    // Said by the agent itself, so it holds even when the reported cost lies a hair below the cap.
    ...(type === 'budget' ? { budget_exceeded: true } : {}),
    ...joinedHint([report.cleanedUp === true ? 'What was left of its run had to be ended.' : undefined]),
  };
  return withOverspending(result, facts);
}

/** The result of a run that ended badly without a word of its own about it: text decides (R-AD-045, R-AD-046). */
export function plainFailure(
  error: string,
  answer: string,
  outcome: AgentOutcome,
  facts: ResultFacts,
): DispatchResult {
  const type = outcome.report?.usageLimit === undefined ? classifyText(error) : 'usage_limit';
  const result: DispatchResult = {
    agent: facts.agent,
    success: false,
    result: answer,
    ...commonFields(outcome, facts),
    error: `${error}${hintFor(type, error, outcome, facts)}`,
    error_type: type,
  };
  return withOverspending(result, facts);
}

function reasonOf(report: AgentReport, outcome: AgentOutcome, { agent }: ResultFacts): string {
  if (report.text.trim() !== '') return report.text;
  if (report.usageLimit !== undefined && report.usageLimit.text !== '') return report.usageLimit.text;
  const listed = (report.errors ?? [])
    .slice(0, REPORTED_ERRORS_MAX)
    .map((error) => cutCharacters(error.trim(), REPORTED_ERROR_CHARS_MAX))
    .filter((error) => error !== '');
  if (listed.length > 0) return `Agent '${agent}' failed: ${listed.join('; ')}`;
  const subtype = report.subtype?.trim() ?? '';
  if (subtype !== '' && subtype !== 'success') return `Agent '${agent}' failed: it ended with '${subtype}'`;
  const code = outcome.kind === 'failed' ? outcome.exitCode : 0;
  return `Agent '${agent}' reported an error with no details${code === undefined ? '' : ` (exit code ${code})`}`;
}

function hintFor(type: ErrorType, text: string, outcome: AgentOutcome, facts: ResultFacts): string {
  switch (type) {
    case 'budget': {
      const resume = resumeSentence(facts.agent, sessionOf(outcome, facts));
      if (outcome.report?.allowanceReached === true) return allowanceHint(facts.agent, resume);
      return budgetHint(facts.agent, facts.spec.maxBudgetUsd, resume);
    }
    case 'permission':
      return permissionHint(facts.agent);
    case 'usage_limit':
      return usageLimitHint(resetOf(outcome.report, text));
    default:
      return '';
  }
}

/** When the account may go on: as it was told in figures, else as the text puts it. */
function resetOf(report: AgentReport | undefined, text: string): string | null {
  const resetAt = report?.usageLimit?.resetAt ?? null;
  if (resetAt !== null) return new Date(resetAt).toISOString();
  const [, told = ''] = /\bresets\s+(?:at\s+)?([^\n.;|]{1,60})/i.exec(text) ?? [];
  return told.trim() === '' ? null : told.trim();
}
