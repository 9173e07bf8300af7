import { LOST_RUNS_MAX } from '../../limits.ts';
import type { AgentOutcome, StopCause } from '../../schema/agent-outcome.ts';
import type { DispatchResult } from '../../schema/dispatch.ts';
import { resumeSentence } from './error-hints.ts';
import { PARTIAL_RESULT_CHARS_MAX } from './limits.ts';
import { commonFields, type ResultFacts, sessionOf, withOverspending } from './result-facts.ts';
import { timeoutText } from './timeout-text.ts';

type CutShort = Extract<AgentOutcome, { kind: 'timed-out' | 'stalled' | 'stopped' }>;

/** Error of a running dispatch that a caller called off (R-ADX-001). */
export const CANCELLED_RUNNING = 'Cancelled while running — subprocess killed';
/** Error of a dispatch that was called off before it ran (R-AD-107). */
export const CANCELLED_PENDING = 'Cancelled before execution';

const STOPPED: Readonly<Record<Exclude<StopCause, 'cancel'>, string>> = {
  brake: 'it was stopped by the brake',
  shutdown: 'its worker shut down',
  fence: 'its host lost the connection to the server',
  host: 'its host could not run it for now',
  budget: 'it has spent what the budget left for it',
};

/** The result of a run that we ended before the agent had answered (R-AD-048, R-ADX-001). */
export function cutShortResult(outcome: CutShort, facts: ResultFacts): DispatchResult {
  const sessionId = sessionOf(outcome, facts);
  const result: DispatchResult = {
    agent: facts.agent,
    success: false,
    result: '',
    ...commonFields(outcome, facts),
    error: errorOf(outcome, sessionId, facts),
    ...failedBy(outcome),
    ...partialOf(outcome),
  };
  return withOverspending(result, facts);
}

function failedBy(outcome: CutShort): Pick<DispatchResult, 'error_type' | 'budget_exceeded'> {
  if (outcome.kind !== 'stopped') return { error_type: 'timeout' };
  return outcome.by === 'budget'
    ? { error_type: 'budget', budget_exceeded: true }
    : { error_type: 'cli_error' };
}

/** The result of a dispatch whose worker was lost too often; its conversation can be continued (R-AD-114). */
export function lostResult(facts: ResultFacts): DispatchResult {
  const { agent } = facts;
  const sessionId = sessionOf({}, facts);
  return {
    agent,
    success: false,
    result: '',
    ...(sessionId === null ? {} : { session_id: sessionId }),
    error: `Agent '${agent}' lost its worker ${LOST_RUNS_MAX} times.${resumeSentence(agent, sessionId)}`,
    error_type: 'cli_error',
  };
}

function errorOf(outcome: CutShort, sessionId: string | null, { agent, typical }: ResultFacts): string {
  switch (outcome.kind) {
    case 'timed-out': {
      const limitSeconds = outcome.limitMs / 1000;
      return timeoutText({ agent, limitSeconds, sessionId, typical: typical ?? null });
    }
    case 'stalled': {
      const silence = `Agent '${agent}' gave no output for ${outcome.silentMs / 1000}s and was stopped.`;
      return `${silence}${resumeSentence(agent, sessionId)}`;
    }
    case 'stopped':
      if (outcome.by === 'cancel') return CANCELLED_RUNNING;
      return `Agent '${agent}' did not finish: ${STOPPED[outcome.by]}.${resumeSentence(agent, sessionId)}`;
  }
}

/** The last it said: its words where it has a protocol, else its raw output. */
function partialOf({ report, tail }: CutShort): { partial_result?: string } {
  const said = (report === undefined ? tail : report.text).slice(-PARTIAL_RESULT_CHARS_MAX);
  return said === '' ? {} : { partial_result: said };
}
