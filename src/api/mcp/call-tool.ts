import type { CallToolResult } from '@modelcontextprotocol/server';
import { AppError } from '../../core/errors.ts';
import type { CallContext } from '../operation.ts';
import { requireOwnTask } from '../own-task.ts';
import { runOperation } from '../run-operation.ts';
import { answerWithin, errorAnswer, withConfigWarning } from './answer.ts';
import { readArguments } from './arguments.ts';
import type { CallGround, McpSession } from './session.ts';
import type { ToolOperation } from './tools.ts';

/** One request of a client. */
export interface ToolCall {
  readonly given: unknown;
  readonly progress: (text: string) => void;
  /** Aborts when nobody waits for the answer any more; the work goes on (R-SYS-006). */
  readonly signal: AbortSignal;
}

/** Runs a tool and answers one text block, whatever happens. */
export async function callTool(
  operation: ToolOperation,
  call: ToolCall,
  session: McpSession,
): Promise<CallToolResult> {
  const { mcp } = operation;
  try {
    const params = readArguments(operation, call.given);
    const ground = await session.ground(operation, call.progress);
    const input = mcp.toInput?.(params) ?? params;
    requireOwnTask(operation, ground.identity.boundTaskId, input as Readonly<Record<string, unknown>>);
    const answer = await runOperation(operation, contextOf(ground, call), input);
    const shown = mcp.render?.(answer, params) ?? answer;
    return answerWithin(withConfigWarning(shown, await configWarning(ground)));
  } catch (error) {
    return errorAnswer(error, session.log, mcp.tool);
  }
}

function contextOf(
  { context, identity, claimedDepth = 0 }: CallGround,
  { progress, signal }: ToolCall,
): CallContext {
  const { actor, boundTaskId, callingRun } = identity;
  return {
    ...context,
    caller: { channel: 'mcp', actor },
    idempotencyKey: null,
    boundTaskId,
    ...(callingRun === null ? {} : { callingRun }),
    ...{ claimedDepth, progress, signal },
  };
}

/** What is wrong with a file whose last good version is in force; one never good is told by the operations that need it. */
async function configWarning({ context, warning = null }: CallGround): Promise<string | null> {
  if (warning !== null) return warning;
  try {
    return (await context.agents.read()).warning;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
