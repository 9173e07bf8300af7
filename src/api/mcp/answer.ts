import type { CallToolResult } from '@modelcontextprotocol/server';
import { AppError } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';

/**
 * One text block with a JSON text (R-AD-003). `JSON.stringify` writes other scripts raw and halves of surrogate pairs
 * as escapes (R-ADX-018).
 */
export function textAnswer(value: unknown): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(value ?? null) }] };
}

/** A failure is an ordinary answer, so that the model reads it as one (R-AD-003); a fault of ours says no more than that. */
export function errorAnswer(error: unknown, log: Log, tool: string): CallToolResult {
  if (!(error instanceof AppError)) {
    log.error({ err: error, tool }, 'tool call failed');
    return textAnswer({ error: 'internal error', hint: 'this is a fault of the program; its log has more' });
  }
  const { message, hint } = error;
  return textAnswer({ error: message, ...(hint === undefined ? {} : { hint }) });
}

/** Says in an answer that the agents file as it stands was not taken (R-AD-007); lists have no place for it. */
export function withConfigWarning(answer: unknown, warning: string | null): unknown {
  if (warning === null || typeof answer !== 'object' || answer === null || Array.isArray(answer))
    return answer;
  return { ...answer, config_warning: warning };
}
