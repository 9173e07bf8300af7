import { z } from 'zod';
import { DECISION_TEXT_LENGTH_MAX, TASK_DEPENDENCIES_MAX } from '../core/ledger-limits.ts';
import { taskId, wordsOf } from './fields.ts';

/** A JSON object, typed as text on a command line. */
export const jsonObject = (what: string) =>
  z
    .record(z.string(), z.unknown())
    .or(z.string().transform(parseObject))
    .describe(`${what}, as a JSON object`);

function parseObject(text: string, context: z.core.$RefinementCtx<string>): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  context.issues.push({ code: 'custom', message: 'must be a JSON object', input: text });
  return z.NEVER;
}

/** Ids of tasks, as a list or parted by commas. */
export const taskIds = (what: string) =>
  z
    .array(taskId())
    .max(TASK_DEPENDENCIES_MAX)
    .transform((ids) => ids.flatMap((id) => id.split(',')).map((id) => id.trim()))
    .describe(what);

/** A text of a decision. */
export const decisionText = (what: string) => wordsOf(DECISION_TEXT_LENGTH_MAX, what);
/** A name of a role, or of anything a ledger files under a word. */
export const word = (what: string) => wordsOf(200, what);
