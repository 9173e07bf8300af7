import { microUsdOf } from '../money/dollars.ts';
import { QUOTED_CHARS_MAX } from './limits.ts';

/** The text without more than so many characters; a character outside the basic plane counts once and is never cut. */
export function cutCharacters(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  let end = 0;
  for (let count = 0; count < charsMax && end < text.length; count += 1) end += widthAt(text, end);
  return text.slice(0, end);
}

/** Characters of a text; one outside the basic plane counts once. */
export function charactersOf(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += widthAt(text, at)) count += 1;
  return count;
}

/** A value of a caller as error texts show it: in single quotes, bounded. */
export function quoted(value: string): string {
  const shown = cutCharacters(value, QUOTED_CHARS_MAX);
  return `'${shown}${shown.length < value.length ? '…' : ''}'`;
}

/** Micro-dollars of a dollar cap; a cap smaller than one of them counts as one. */
export function capMicroUsdOf(usd: number): number {
  return Math.max(1, microUsdOf(usd));
}

function widthAt(text: string, index: number): 1 | 2 {
  const high = text.charCodeAt(index);
  if (high < 0xd800 || high > 0xdbff) return 1;
  const low = text.charCodeAt(index + 1);
  return low >= 0xdc00 && low <= 0xdfff ? 2 : 1;
}
