import { AppError } from '../../core/errors.ts';
import { checkInput } from '../check-input.ts';
import { parametersOf, schemaOf, type ToolOperation } from './tools.ts';

type Fields = Readonly<Record<string, unknown>>;
type Schema = Readonly<Record<string, unknown>>;

/**
 * Arguments that fit a tool's parameters. Models write numbers, flags and lists as text now and then, and null for what
 * they leave out: both are read as meant. Anything else is `invalid-input`, naming the argument and what it must be.
 */
export function readArguments(operation: ToolOperation, given: unknown): Fields {
  const parameters = parametersOf(operation);
  const properties = (schemaOf(parameters).properties ?? {}) as Readonly<Record<string, Schema>>;
  const read: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(properties)) {
    const value = isFields(given) && Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined || (value === null && !takes(schema, 'null'))) continue;
    read[name] = readValue(value, schema);
  }
  try {
    return checkInput(parameters, read) as Fields;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, error.message, {
      hint: `${operation.mcp.tool} takes ${signature(properties, schemaOf(parameters).required ?? [])}`,
      cause: error,
      ...(error.details === undefined ? {} : { details: error.details }),
    });
  }
}

/** Text as the type that is wanted, where it plainly is one; else as it came, for the check to refuse. */
function readValue(value: unknown, schema: Schema): unknown {
  if (typeof value !== 'string' || takes(schema, 'string')) return value;
  const text = value.trim();
  if ((takes(schema, 'number') || takes(schema, 'integer')) && NUMBER.test(text)) return Number(text);
  if (takes(schema, 'boolean') && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if ((takes(schema, 'array') && text.startsWith('[')) || (takes(schema, 'object') && text.startsWith('{'))) {
    return parsed(text);
  }
  return value;
}

const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function takes(schema: Schema, type: string): boolean {
  const { type: own, anyOf, enum: choices } = schema;
  if (own === type || (Array.isArray(own) && own.includes(type))) return true;
  if (Array.isArray(choices) && own === undefined) return choices.some((one) => typeof one === type);
  return Array.isArray(anyOf) && anyOf.some((one: Schema) => takes(one, type));
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `agent: string (required), timeout_seconds: number` */
function signature(properties: Readonly<Record<string, Schema>>, required: readonly string[]): string {
  const fields = Object.entries(properties).map(([name, schema]) => {
    const type = TYPES.filter((one) => takes(schema, one)).join(' or ') || 'any';
    return `${name}: ${type}${required.includes(name) ? ' (required)' : ''}`;
  });
  return fields.length === 0 ? 'no arguments' : fields.join(', ');
}

const TYPES = ['string', 'integer', 'number', 'boolean', 'array', 'object'] as const;
