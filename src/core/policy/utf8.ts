/** Bytes of a text in UTF-8; runs where no Buffer is. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += bytesOf(character);
  return bytes;
}

/** Shortens a text to so many bytes of UTF-8 without cutting a character; a shortened one ends with `…`. */
export function truncateUtf8(text: string, bytesMax: number): string {
  if (text.length * 3 <= bytesMax || utf8Bytes(text) <= bytesMax) return text;
  let kept = '';
  let bytes = bytesOf(ELLIPSIS);
  for (const character of text) {
    bytes += bytesOf(character);
    if (bytes > bytesMax) break;
    kept += character;
  }
  return `${kept}${ELLIPSIS}`;
}

const ELLIPSIS = '…';

function bytesOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
