import { NAME_LENGTH_MAX } from './bounds.ts';

/** A JSON object of which nothing is known. */
export type Bag = Readonly<Record<string, unknown>>;

/** Readers of foreign values: what is not as it should be is as good as absent, never an error (R-ADX-045). */
export function bagOf(value: unknown): Bag | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : null;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Text that every encoder takes: half characters become U+FFFD, one each. */
export function wellFormed(text: string): string {
  return LONE_SURROGATE.test(text) ? text.replaceAll(LONE_SURROGATES, '\u{fffd}') : text;
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? wellFormed(value) : undefined;
}

/** A short text such as an id or a name; empty and overlong ones are absent. */
export function nameOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text === undefined || text === '' || text.length > NAME_LENGTH_MAX ? undefined : text;
}

/** A finite number from 0 up to, but without, `max`. */
export function numberOf(value: unknown, max: number): number | undefined {
  return typeof value === 'number' && value >= 0 && value < max ? value : undefined;
}

export function integerOf(value: unknown, max: number = Number.MAX_SAFE_INTEGER): number | undefined {
  return Number.isInteger(value) ? numberOf(value, max) : undefined;
}

/** The head of a text, never half a character. */
export function cut(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : text.slice(0, lengthMax).replace(HALF_AT_END, '');
}

const LONE_SURROGATE = /\p{Surrogate}/u;
const LONE_SURROGATES = /\p{Surrogate}/gu;
const HALF_AT_END = /[\ud800-\udbff]$/;
