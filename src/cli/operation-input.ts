import type { z } from 'zod';
import type { Operation } from '../api/operation.ts';
import { AppError } from '../core/errors.ts';
import type { Call } from './cli.ts';
import { type CliField, camel, fieldsOf, kebab } from './operation-fields.ts';

/** What was typed as the operation's input; `invalid-input` names the argument or flag. */
export function inputOf<I extends z.ZodObject>(operation: Operation<I>, { args, flags }: Call): z.output<I> {
  const fields = fieldsOf(operation as unknown as Operation);
  const given: Record<string, unknown> = {};
  for (const [index, { name }] of fields.positionals.entries()) {
    if (args[index] !== undefined) given[name] = args[index];
  }
  for (const { name } of fields.flags) {
    const value = flags[camel(name)];
    if (value !== undefined) given[name] = value;
  }
  const parsed = operation.input.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? '');
  const isPositional = fields.positionals.some((field) => field.name === name);
  throw new AppError(
    'invalid-input',
    `${typedName(name, isPositional)}: ${issue?.message ?? 'is not valid'}`,
    {
      details: { field: name },
      cause: parsed.error,
    },
  );
}

const typedName = (name: string, isPositional: boolean): string =>
  isPositional ? `<${kebab(name)}>` : `--${kebab(name)}`;

/** How a field stands in the usage line: `<task-id>`, `[reason]`. */
export function argumentName({ name, required }: CliField): string {
  return required ? `<${kebab(name)}>` : `[${kebab(name)}]`;
}
