import { quoted } from './texts.ts';

/** The type of a JSON value by the name that the wire's texts use for it. */
export function describeType(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'str' : 'dict';
}

/** A JSON value as the wire's texts show it, bounded. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  // Written here, not by JSON: it would say null for an infinite number.
  return typeof value === 'number' ? String(value) : quoted(JSON.stringify(value)).slice(1, -1);
}
