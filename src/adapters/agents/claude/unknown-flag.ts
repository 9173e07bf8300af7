import type { AgentOutcome } from '../../../core/schema/agent-outcome.ts';
import { PROBED_FLAGS, type ProbedFlag } from './capabilities.ts';
import type { ClaudeReading } from './reader.ts';

const UNKNOWN = /unknown (?:option|argument)|unrecognized (?:option|argument)|unexpected argument/i;

/** The flag for which the CLI refused to start: it said nothing but that it does not know it (R-AD-050). */
export function refusedFlag(outcome: AgentOutcome, reading: ClaudeReading): ProbedFlag | null {
  const { spoke, plainText, stderr } = reading;
  if (outcome.kind !== 'failed' || outcome.exitCode === undefined || outcome.exitCode === 0) return null;
  if (spoke || plainText !== '' || !UNKNOWN.test(stderr)) return null;
  return PROBED_FLAGS.find((flag) => stderr.includes(flag)) ?? null;
}
