import { AppError, messageOf } from '../core/errors.ts';
import { OUTPUT_TAIL_BYTES_MAX, REASON_LENGTH_MAX } from '../core/limits.ts';
import { isStopReason } from '../core/ports/agent.ts';
import { AgentOutcome } from '../core/schema/agent-outcome.ts';
import type { CodeAgentAnswer } from './code-agent.ts';

type Facts = Pick<
  AgentOutcome,
  'durationMs' | 'outputBytes' | 'tail' | 'leaked' | 'sessionId' | 'costMicroUsd' | 'report'
>;

const NO_FACTS = { durationMs: 0, outputBytes: 0, tail: '' };

/** What an adapter answered as a whole outcome; facts it left out are filled in. */
export function outcomeOf(answer: CodeAgentAnswer, agent: string, durationMs: number): AgentOutcome {
  if (answer === undefined || answer === null) return { kind: 'succeeded', ...NO_FACTS, durationMs };
  if (typeof answer === 'string')
    return { kind: 'succeeded', ...NO_FACTS, durationMs, tail: answer.slice(-OUTPUT_TAIL_BYTES_MAX) };
  const filled = { ...NO_FACTS, durationMs, ...answer };
  const failed = answer.kind === 'failed' ? { reason: 'failed', retryable: true, ...answer } : {};
  const parsed = AgentOutcome.safeParse({ ...filled, ...failed, tail: bounded(filled.tail) });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') || 'kind';
  return failure(
    `agent "${agent}" answered with something that is no outcome (${where}: ${issue?.message})`,
    {
      ...{ durationMs, retryable: false },
    },
  );
}

/** What an adapter threw: our own storage errors go on, all else is a failed attempt (R-ART-048). */
export function outcomeOfError(error: unknown, durationMs: number): AgentOutcome {
  if (isStopReason(error)) return { kind: 'stopped', by: error.stop, ...NO_FACTS, durationMs };
  if (error instanceof AppError && (error.code === 'storage-full' || error.code === 'storage-failed'))
    throw error;
  const reason = messageOf(error).slice(0, REASON_LENGTH_MAX) || 'failed';
  return failure(reason, { durationMs, retryable: !(error instanceof AppError) || error.policy.retryable });
}

/** The facts alone, for an ending that is decided elsewhere. */
export function factsOf({ durationMs, outputBytes, tail, ...rest }: AgentOutcome): Facts {
  const { leaked, sessionId, costMicroUsd, report } = rest;
  return {
    ...{ durationMs, outputBytes, tail },
    ...(leaked === undefined ? {} : { leaked }),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(costMicroUsd === undefined ? {} : { costMicroUsd }),
    ...(report === undefined ? {} : { report }),
  };
}

function failure(reason: string, facts: { durationMs: number; retryable: boolean }): AgentOutcome {
  return { kind: 'failed', reason, ...NO_FACTS, ...facts };
}

const bounded = (text: unknown): unknown =>
  typeof text === 'string' ? text.slice(-OUTPUT_TAIL_BYTES_MAX) : text;
