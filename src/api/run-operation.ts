import { AppError } from '../core/errors.ts';
import { checkInput } from './check-input.ts';
import type { CallContext, Operation } from './operation.ts';

/**
 * Runs one operation for any surface: input checked, and every write kept in the audit trail with who asked for it
 * over which channel (R-ART-109). Answers what the operation answers.
 */
export async function runOperation(
  operation: Operation,
  context: CallContext,
  input: unknown,
): Promise<unknown> {
  const checked = checkInput(operation.input, input);
  const access = accessOf(operation);
  if (access === 'read') return operation.run(context, checked);
  // What outlives its caller is noted when it is asked for: the caller may not live to see the answer.
  const early = operation.needsWorkers === true;
  if (early) await keepTrail(operation, context, { input: checked });
  try {
    const answer = await operation.run(context, checked);
    if (!early) await keepTrail(operation, context, { input: checked });
    return answer;
  } catch (error) {
    // An order that was refused or not confirmed is worth a line too; a comment that was not is not.
    if (error instanceof AppError && access === 'operate') {
      await keepTrail(operation, context, { input: checked, error: error.code });
    }
    throw error;
  }
}

/** What it takes to call an operation; one binding says it for all surfaces. */
export const accessOf = ({ access, http }: Operation) => access ?? http?.access ?? 'read';

const DETAIL_LENGTH_MAX = 200;
const SUBJECTS = ['task_id', 'question_id', 'queue_name', 'host_id', 'name', 'scope'] as const;

interface Trail {
  readonly input: Readonly<Record<string, unknown>>;
  readonly error?: string;
}

async function keepTrail(
  operation: Operation,
  { store, caller, settings }: CallContext,
  { input, error }: Trail,
): Promise<void> {
  const subject = SUBJECTS.map((field) => input[field]).find((value) => typeof value === 'string');
  const detail = Object.fromEntries(
    Object.entries(input).map(([field, value]) => [field, brief(field, value)]),
  );
  const kept = store.records.appendAudit({
    at: Date.now(),
    channel: caller.channel,
    actor: caller.actor,
    action: operation.name,
    subject: typeof subject === 'string' ? subject : settings.project,
    detail: error === undefined ? detail : { ...detail, error },
  });
  // Stopping and steering must work on a full disk; what is written to the board must not go unrecorded.
  await (accessOf(operation) === 'operate' ? kept.catch(() => undefined) : kept);
}

/** Enough to know what it was; values of variables never, long texts shortened. */
function brief(field: string, value: unknown): unknown {
  if (field === 'env' && typeof value === 'object' && value !== null) return Object.keys(value);
  if (typeof value === 'string' && value.length > DETAIL_LENGTH_MAX)
    return `${value.slice(0, DETAIL_LENGTH_MAX)}…`;
  if (Array.isArray(value)) return value.map((item) => brief('', item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, brief(name, member)]));
}
