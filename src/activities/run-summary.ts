import type { AgentOutcome } from '../core/schema/agent-outcome.ts';
import type { RunEnding } from '../core/schema/task-flow.ts';

/** The ending in the words of the run record and the `end` event (R-ART-093). */
export function summarise(ending: RunEnding | AgentOutcome) {
  const facts =
    ending.kind === 'worker-lost'
      ? { outputBytes: 0, tail: '', costMicroUsd: null }
      : { outputBytes: ending.outputBytes, tail: ending.tail, costMicroUsd: ending.costMicroUsd ?? null };
  const base = {
    ...facts,
    exitCode: null as number | null,
    signal: null as string | null,
    reason: null as string | null,
  };
  switch (ending.kind) {
    case 'succeeded':
      return { ...base, outcome: 'success' as const, exitCode: exitCodeOf(ending) };
    case 'failed':
      return {
        ...base,
        outcome: 'failed' as const,
        reason: ending.reason,
        exitCode: ending.exitCode ?? null,
        signal: ending.signal ?? null,
      };
    case 'timed-out':
      return { ...base, outcome: 'timed_out' as const, reason: 'timed out' };
    case 'stalled':
      return { ...base, outcome: 'timed_out' as const, reason: `silent for ${ending.silentMs / 1000}s` };
    case 'stopped':
      return { ...base, outcome: 'cancelled' as const, reason: `stopped by ${ending.by}` };
    case 'worker-lost':
      return { ...base, outcome: 'worker_lost' as const, reason: 'worker lost' };
  }
}

/** An agent whose answer counts may have ended badly all the same (R-AD-047). */
function exitCodeOf(ending: RunEnding | AgentOutcome): number | null {
  const bad = 'report' in ending ? ending.report?.badExit : undefined;
  return bad === undefined ? 0 : bad.code;
}
