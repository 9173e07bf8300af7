import type { CallToolResult } from '@modelcontextprotocol/server';
import { AppError } from '../../core/errors.ts';
import { MCP_ANSWER_BYTES_MAX } from '../../core/limits.ts';
import type { Log } from '../../core/ports/log.ts';

/**
 * One text block with a JSON text (R-AD-003). `JSON.stringify` writes other scripts raw and halves of surrogate pairs
 * as escapes (R-ADX-018).
 */
export function textAnswer(value: unknown): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(value ?? null) }] };
}

/**
 * An answer that clients take: one that is too long for them would end the connection, so they hear how to read it in
 * parts (R-AD-110). What an agent said is kept with its job.
 */
export function answerWithin(value: unknown): CallToolResult {
  const answer = textAnswer(value);
  const bytes = messageBytes(answer);
  if (bytes <= MCP_ANSWER_BYTES_MAX) return answer;
  return textAnswer({
    error: `the answer has ${bytes} bytes, clients take ${MCP_ANSWER_BYTES_MAX}`,
    hint: 'fetch_result with the ref or job_id, max_chars and offset reads it in parts; dispatch_jobs lists the ids',
  });
}

/** As it is sent: the text is JSON in JSON. */
function messageBytes({ content: [block] }: CallToolResult): number {
  if (block?.type !== 'text') return 0;
  // One character becomes six bytes at most, or seven where a backslash is escaped again.
  const isSurelyShort = block.text.length * 7 < MCP_ANSWER_BYTES_MAX;
  return isSurelyShort ? 0 : Buffer.byteLength(JSON.stringify(block.text));
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
