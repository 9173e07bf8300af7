import { invalidInput } from '../errors.ts';

const BLANK = /\s/;
/** Inside double quotes a backslash only protects these, as in a shell. */
const PROTECTED_IN_QUOTES = new Set(['"', '\\', '$', '`']);

/**
 * Splits a command line by the word rules of a shell: blanks part words, quotes and backslashes hold them together.
 * Nothing is expanded; no shell is involved (R-ART-019). Throws `invalid-input` when a quote is left open.
 */
export function splitCommandLine(line: string): readonly string[] {
  const words: string[] = [];
  // Null = between words; an empty quoted word is a word too.
  let word: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    const next = line.charAt(at + 1);
    if (quote === null && BLANK.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (character === quote) {
      quote = null;
    } else if (quote === null && (character === '"' || character === "'")) {
      quote = character;
      word ??= '';
    } else if (character === '\\' && quote !== "'" && (quote === null || PROTECTED_IN_QUOTES.has(next))) {
      if (next === '') invalidInput('command', 'ends in a backslash', 'write it twice to mean a backslash');
      word = (word ?? '') + next;
      at++;
    } else word = (word ?? '') + character;
  }
  if (quote !== null)
    invalidInput('command', `the quote ${quote} is never closed`, 'close it, or put a backslash before it');
  if (word !== null) words.push(word);
  return words;
}
