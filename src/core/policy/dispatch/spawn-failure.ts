import type { AgentOutcome } from '../../schema/agent-outcome.ts';
import type { DispatchResult } from '../../schema/dispatch.ts';
import { refusal } from './guard-request.ts';

const CLAUDE_MISSING = 'Claude CLI not found in PATH.';

/** The result of a run whose process never came to be; null = it did start (R-AD-032, R-AD-033, R-AD-054). */
export function spawnFailure(
  agent: string,
  { reason, exitCode, signal, report, sessionId }: Extract<AgentOutcome, { kind: 'failed' }>,
  claude: boolean,
): DispatchResult | null {
  if (exitCode !== undefined || signal !== undefined || report !== undefined) return null;
  const kept = sessionId === undefined ? {} : { session_id: sessionId };
  return { ...problem(agent, reason, claude), ...kept };
}

function problem(agent: string, reason: string, claude: boolean): DispatchResult {
  if (reason.startsWith('Directory does not exist')) return refusal(agent, 'not_found', reason);
  if (/\bnot found\b|\bENOENT\b|\bENOTDIR\b/.test(reason)) {
    const named = !claude || reason.startsWith(CLAUDE_MISSING);
    return refusal(agent, 'not_found', named ? reason : `${CLAUDE_MISSING} ${reason}`);
  }
  const denied = /\bpermission denied\b|\bEACCES\b|\bEPERM\b/.test(reason);
  return refusal(agent, denied ? 'permission' : 'cli_error', reason);
}
