import type { AgentOutcome } from '../../schema/agent-outcome.ts';
import type { AgentReport } from '../../schema/agent-report.ts';
import type { DispatchResult } from '../../schema/dispatch.ts';
import { deniedToolsHint } from './denied-tools.ts';
import { resumeCall } from './error-hints.ts';
import { parseJsonReply } from './json-reply.ts';
import {
  commonFields,
  endedHow,
  joinedHint,
  type ResultFacts,
  sessionOf,
  withOverspending,
} from './result-facts.ts';
import { readSelfReport, type SelfReport } from './self-report.ts';

const CLEANED_UP =
  'The agent had given its whole answer, but something of its run was still there and had to be ended: ' +
  'the answer is complete.';

/** The result of a run whose agent gave its answer, even when its process did not end well (R-ADX-012, R-AD-047). */
export function successResult(answer: string, outcome: AgentOutcome, facts: ResultFacts): DispatchResult {
  const { text, outcome: selfReport } = readSelfReport(answer);
  const common = commonFields(outcome, facts);
  const result: DispatchResult = {
    agent: facts.agent,
    success: true,
    result: text,
    ...common,
    ...parsedFields(text, facts),
    ...(selfReport === null ? {} : { outcome: selfReport }),
    ...joinedHint([
      common.denied_tools && deniedToolsHint(facts.agent, common.denied_tools),
      endingHint(outcome),
      selfReport === null ? undefined : selfReportHint(selfReport, outcome, facts),
    ]),
  };
  return withOverspending(result, facts);
}

function parsedFields(text: string, { request }: ResultFacts): { parsed?: boolean; parsed_result?: unknown } {
  if (request.responseFormat !== 'json') return {};
  const reply = parseJsonReply(text);
  return reply === null ? { parsed: false } : { parsed: true, parsed_result: reply.value };
}

/** Said of a process that did not end as well as its answer. */
function endingHint(outcome: AgentOutcome): string | undefined {
  const cut = outcome.kind === 'timed-out' || outcome.kind === 'stalled' || outcome.kind === 'stopped';
  if (cut || outcome.report?.cleanedUp === true) return CLEANED_UP;
  const how = outcome.kind === 'failed' ? endedHow(outcome.reason) : badExit(outcome.report?.badExit);
  return how === undefined ? undefined : `The agent gave its whole answer, but its process ${how}.`;
}

function badExit(exit: AgentReport['badExit']): string | undefined {
  if (exit === undefined) return undefined;
  return exit.code === null ? `was killed by signal ${exit.signal}` : `exited with code ${exit.code}`;
}

function selfReportHint(
  selfReport: SelfReport,
  outcome: AgentOutcome,
  facts: ResultFacts,
): string | undefined {
  if (selfReport === 'done') return undefined;
  const sessionId = sessionOf(outcome, facts);
  const said =
    selfReport === 'partial'
      ? 'The agent says its work is only partly done.'
      : 'The agent says it is blocked.';
  return sessionId === null ? said : `${said} Continue with ${resumeCall(facts.agent, sessionId)}.`;
}
