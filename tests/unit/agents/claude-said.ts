import type { ClaudeSession } from '../../../src/adapters/agents/claude/argv.ts';
import { claudeOutcome } from '../../../src/adapters/agents/claude/outcome.ts';
import { createClaudeReader } from '../../../src/adapters/agents/claude/reader.ts';
import type { Told } from '../../../src/adapters/agents/claude/run-events.ts';
import type { ProcessEnd, ProcessResult } from '../../../src/adapters/process/process-runner.ts';
import { AgentOutcome } from '../../../src/core/schema/agent-outcome.ts';

export const ID = '11111111-2222-4333-8444-555555555555';
const NOW = Date.parse('2026-11-21T15:00:00Z');
export const exited = (code: number): ProcessEnd => ({ kind: 'exited', code });

/** What a run said and how it ended. */
export interface Said {
  readonly lines?: readonly unknown[];
  readonly stderr?: string;
  readonly end?: ProcessEnd;
  /** Lines that came after it was told to stop. */
  readonly after?: readonly unknown[];
  readonly session?: ClaudeSession;
}

export const INIT = { type: 'system', subtype: 'init', session_id: ID, model: 'opus' };
export const OK = {
  type: 'result',
  subtype: 'success',
  is_error: false,
  result: 'done',
  session_id: ID,
  num_turns: 2,
  total_cost_usd: 0.5,
};
export const cost = (costUSD: number) => ({ opus: { costUSD, inputTokens: 1 } });

export function read({
  lines = [],
  stderr = '',
  end = exited(0),
  after = [],
  session = { kind: 'new', id: ID },
}: Said) {
  const told: Told[] = [];
  const reader = createClaudeReader((one) => told.push(one));
  const feed = (line: unknown) =>
    reader.line('stdout', Buffer.from(typeof line === 'string' ? line : JSON.stringify(line)), 0);
  lines.forEach(feed);
  if (stderr !== '') reader.line('stderr', Buffer.from(stderr), 0);
  if (end.kind !== 'exited' && end.kind !== 'signalled') reader.stopping();
  after.forEach(feed);
  const exit = end.kind === 'exited' ? { code: end.code, signal: null } : { code: null, signal: 'SIGKILL' };
  const ended: ProcessResult = { end, exit, durationMs: 7, outputBytes: 9, tail: 'tail', leaked: false };
  const outcome = claudeOutcome({ program: 'claude', session, ended, reading: reader.reading(), nowMs: NOW });
  return { outcome: AgentOutcome.parse(outcome), told };
}

export const failure = (fields: object) => ({ ...OK, is_error: true, ...fields });
