import { em, type Line } from './line.ts';

/** A list's item with what stands below it, or a line on its own. */
export type Part =
  | { readonly kind: 'item'; readonly line: Line; readonly below: readonly Line[] }
  | { readonly kind: 'text'; readonly line: Line };

/** A part of a report with a heading of its own. */
export interface Section {
  readonly title: string;
  readonly parts: readonly Part[];
}

export const item = (...line: Line): Part => ({ kind: 'item', line, below: [] });
export const itemOver = (line: Line, below: readonly Line[]): Part => ({ kind: 'item', line, below });
export const text = (...line: Line): Part => ({ kind: 'text', line });

/** These parts, or words that say that there are none. */
export const orElse = (parts: readonly Part[], words: string): readonly Part[] =>
  parts.length === 0 ? [text(em(words))] : parts;
