import type { z } from 'zod';
import { AppError } from '../core/errors.ts';

/** Input that fits the schema, or `invalid-input` that names each field and its problem. */
export function checkInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${fieldOf(issue.path)}: ${problemOf(issue, input)}`);
  throw new AppError('invalid-input', problems.join('; '), {
    details: { fields: result.error.issues.map((issue) => fieldOf(issue.path)) },
  });
}

const fieldOf = (path: readonly PropertyKey[]): string =>
  path.length === 0 ? 'input' : path.map(String).join('.');

function problemOf(issue: z.core.$ZodIssue, input: unknown): string {
  if (issue.code === 'invalid_type' && valueAt(input, issue.path) === undefined) return 'is required';
  return issue.message;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return value;
}
