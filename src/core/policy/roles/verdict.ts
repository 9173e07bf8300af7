import type { AgentOutcome } from '../../schema/agent-outcome.ts';
import type { RoleSettings } from '../../schema/role.ts';
import { readSelfReport } from '../dispatch/self-report.ts';
import type { ToolTrace } from './tool-trace.ts';

/**
 * What a run of a role counts as. The result event has decided whether the agent succeeded; here it must also have left
 * something, and what it says of its own work is believed when it is bad (R-PROD-043).
 */
export function roleVerdict(
  outcome: AgentOutcome,
  { expects }: Pick<RoleSettings, 'expects'>,
  trace: Pick<ToolTrace, 'calls' | 'files'>,
): AgentOutcome {
  if (outcome.kind !== 'succeeded') return outcome;
  const text = outcome.report?.text ?? '';
  const why = unproductive(text, expects, trace) ?? selfBlame(text);
  if (why === null) return outcome;
  const { kind: _succeeded, ...facts } = outcome;
  return { kind: 'failed', ...why, ...facts };
}

interface Why {
  readonly reason: string;
  readonly retryable: boolean;
}

function unproductive(
  text: string,
  expects: RoleSettings['expects'],
  trace: Pick<ToolTrace, 'calls' | 'files'>,
): Why | null {
  const calls = trace.calls();
  const isEmpty = text.trim() === '';
  if (isEmpty && calls.length === 0) return again('it ended without an answer and used no tool');
  if (expects === 'text' && isEmpty) return again('it ended without an answer');
  if (expects === 'files' && trace.files().length === 0) return again('it wrote no file');
  if (expects === 'ledger' && !calls.some(({ name }) => REACHES_LEDGER.test(name)))
    return again('it recorded nothing in the ledger');
  return null;
}

/** Tools by which a ledger can be reached: our own over MCP, and commands. */
const REACHES_LEDGER = /^(?:mcp__|Bash$)/;

const again = (reason: string): Why => ({ reason, retryable: true });

/** Blocked needs somebody else; partial may get further on another try. */
function selfBlame(text: string): Why | null {
  const { outcome } = readSelfReport(text);
  if (outcome === null || outcome === 'done') return null;
  const words = text.trim().split('\n').at(-1) ?? '';
  const reason = `the agent reports: ${words.replaceAll(/[*_`]/g, '').trim().slice(0, REASON_LENGTH_MAX)}`;
  return { reason, retryable: outcome === 'partial' };
}

const REASON_LENGTH_MAX = 300;
