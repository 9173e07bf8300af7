import type { ResultFacts } from '../../../../src/core/policy/dispatch/result-facts.ts';
import { toDispatchResult } from '../../../../src/core/policy/dispatch/to-dispatch-result.ts';
import type { AgentOutcome } from '../../../../src/core/schema/agent-outcome.ts';
import type { AgentReport } from '../../../../src/core/schema/agent-report.ts';
import type { DispatchResult } from '../../../../src/core/schema/dispatch.ts';
import { SESSION } from './samples.ts';

const RUN = { durationMs: 5_000, outputBytes: 900, tail: 'raw tail' };

export function aReport(fields: Partial<AgentReport> = {}): AgentReport {
  return { text: 'All fine.', isError: false, subtype: 'success', deniedTools: [], stderr: '', ...fields };
}

/** An agent that spoke no protocol, or broke off before its verdict. */
export function noVerdict(fields: Partial<AgentReport> = {}): AgentReport {
  return { text: '', deniedTools: [], stderr: '', ...fields };
}

export function succeeded(report?: AgentReport, fields: Partial<AgentOutcome> = {}): AgentOutcome {
  return { kind: 'succeeded', ...RUN, ...(report && { report }), ...fields } as AgentOutcome;
}

export function failed(report?: AgentReport, fields: object = {}): AgentOutcome {
  const ended = { reason: 'exited with code 1', exitCode: 1, retryable: true };
  return { kind: 'failed', ...ended, ...RUN, ...(report && { report }), ...fields };
}

export function timedOut(report?: AgentReport, limitMs = 300_000): AgentOutcome {
  return { kind: 'timed-out', limitMs, ...RUN, ...(report && { report }) };
}

export function stopped(by: 'brake' | 'cancel' | 'shutdown', report?: AgentReport): AgentOutcome {
  return { kind: 'stopped', by, ...RUN, ...(report && { report }) };
}

export const FACTS: ResultFacts = {
  agent: 'infra',
  request: { responseFormat: 'text' },
  spec: { kind: 'claude-cli', maxBudgetUsd: null },
  sessionId: SESSION,
  resume: false,
};

export function resultOf(
  outcome: Parameters<typeof toDispatchResult>[0],
  facts: Partial<ResultFacts> = {},
): DispatchResult {
  return toDispatchResult(outcome, { ...FACTS, ...facts });
}
