import { z } from 'zod';
import type { Operation } from '../api/operation.ts';

/** How a field of an operation's input is typed on the command line. */
export interface CliField {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'switch' | 'list';
  readonly choices: readonly string[] | null;
  readonly description: string;
  readonly required: boolean;
  /** Undefined = none. */
  readonly fallback: unknown;
}

type Property = z.core.JSONSchema._JSONSchema;

/** The fields of an operation, read off its input schema: positional ones in order, then the flags. */
export function fieldsOf(operation: Operation): {
  readonly positionals: readonly CliField[];
  readonly flags: readonly CliField[];
} {
  const schema = z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' });
  const required = schema.required ?? [];
  const fields = Object.entries(schema.properties ?? {}).map(([name, property]) =>
    fieldOf(name, property, required.includes(name)),
  );
  const order = operation.cli?.positionals ?? [];
  const positionals = order.map((name) => {
    const field = fields.find((one) => one.name === name);
    if (field === undefined) throw new Error(`${operation.name} has no input field ${name}`);
    return field;
  });
  return { positionals, flags: fields.filter(({ name }) => !order.includes(name)) };
}

function fieldOf(name: string, property: Property, required: boolean): CliField {
  const {
    type,
    description = '',
    default: fallback,
    enum: choices,
  } = property === true || property === false ? {} : property;
  return {
    ...{ name, description, required, fallback },
    kind: kindOf(type),
    choices: choices === undefined ? null : choices.map(String),
  };
}

function kindOf(type: unknown): CliField['kind'] {
  if (type === 'boolean') return 'switch';
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'array' ? 'list' : 'text';
}

/** `task_id` → `task-id`. */
export const kebab = (name: string): string => name.replaceAll('_', '-');
/** `task_id` → `taskId`: the name commander keeps a flag under. */
export const camel = (name: string): string =>
  name.replaceAll(/[_-](\w)/g, (_, letter: string) => letter.toUpperCase());
