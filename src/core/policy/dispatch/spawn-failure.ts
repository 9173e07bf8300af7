import type { AgentOutcome } from '../../schema/agent-outcome.ts';

/** Why no agent process came to be, as a result says it. */
export interface SpawnProblem {
  readonly errorType: 'not_found' | 'permission' | 'cli_error';
  readonly error: string;
}

const CLAUDE_MISSING =
  'Claude CLI not found in PATH. Install Claude Code, or start this server with a PATH that has it.';

/** The failure of a run that never started; null = it did start (R-AD-032, R-AD-054). */
export function spawnFailure(
  { reason, exitCode, signal, report }: Extract<AgentOutcome, { kind: 'failed' }>,
  claude: boolean,
): SpawnProblem | null {
  const started = exitCode !== undefined || signal !== undefined || report?.text;
  if (started) return null;
  if (/\bnot found\b|\bENOENT\b|\bENOTDIR\b/.test(reason)) {
    return { errorType: 'not_found', error: claude ? CLAUDE_MISSING : reason };
  }
  if (/\bEACCES\b|\bEPERM\b/.test(reason)) return { errorType: 'permission', error: reason };
  return /^could not start /.test(reason) ? { errorType: 'cli_error', error: reason } : null;
}
