import type { BoardCommand } from '../core/ports/control.ts';
import type { Accepted, CallContext } from './operation.ts';

/** A board write that has ended. */
export interface Done {
  readonly status: 'done';
  /** JSON answer of the command; what it holds depends on the command. */
  readonly answer: unknown;
}

/** Sends a board write; `accepted` only when the caller gave an Idempotency-Key. */
export async function runCommand(context: CallContext, command: BoardCommand): Promise<Done | Accepted> {
  const { control, caller, idempotencyKey } = context;
  const result = await control.command(command, caller, idempotencyKey);
  if (result.kind === 'done') return { status: 'done', answer: result.answer };
  return { status: 'accepted', key: idempotencyKey ?? '', workflow_id: result.workflowId };
}

/** Is this answer of an operation a write that goes on by itself? */
export function isAccepted(answer: unknown): answer is Accepted {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'workflow_id' in answer &&
    'status' in answer &&
    answer.status === 'accepted'
  );
}
