import type { AgentOutcome } from '../../schema/agent-outcome.ts';
import type { DispatchResult } from '../../schema/dispatch.ts';
import { refusal as refusalResult } from './guard-request.ts';

/** The result of a run whose process never came to be; null = it did start (R-AD-029, R-AD-032, R-AD-033, R-AD-054). */
export function spawnFailure(
  agent: string,
  { reason, refusal, exitCode, signal, report, sessionId }: Extract<AgentOutcome, { kind: 'failed' }>,
): DispatchResult | null {
  if (exitCode !== undefined || signal !== undefined || report !== undefined) return null;
  const kept = sessionId === undefined ? {} : { session_id: sessionId };
  return { ...refusalResult(agent, refusal ?? 'cli_error', reason), ...kept };
}
