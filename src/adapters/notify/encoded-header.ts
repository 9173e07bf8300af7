/** RFC 2047 allows a word of so many characters. */
const WORD_LENGTH_MAX = 75;
const PREFIX = '=?utf-8?';
const SAFE = /[A-Za-z0-9!*+\-/]/;

/**
 * A header value any server takes: ASCII as it is, else encoded words on one line (R-PROD-079). Each word is in the
 * shorter of the two encodings, as Python writes it.
 */
export function encodedHeader(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (/^[\x20-\x7e]*$/.test(line)) return line;
  const words: string[] = [];
  let rest = [...line];
  while (rest.length > 0) {
    const length = fitting(rest);
    words.push(encodedWord(rest.slice(0, length).join('')));
    rest = rest.slice(length);
  }
  return words.join(' ');
}

/** How many characters fit into one word. */
function fitting(characters: readonly string[]): number {
  let length = 1;
  while (
    length < characters.length &&
    encodedWord(characters.slice(0, length + 1).join('')).length <= WORD_LENGTH_MAX
  )
    length += 1;
  return length;
}

function encodedWord(text: string): string {
  const quoted = [...Buffer.from(text)].map(quotedByte).join('');
  const base64 = Buffer.from(text).toString('base64');
  return base64.length < quoted.length ? `${PREFIX}b?${base64}?=` : `${PREFIX}q?${quoted}?=`;
}

function quotedByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character === ' ') return '_';
  return SAFE.test(character) ? character : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
