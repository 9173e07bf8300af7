const CONTROL_PICTURES = 0x2400;
const DELETE = 0x7f;
const DELETE_PICTURE = '\u2421';

/** Characters that a terminal acts on, and those that turn the order of what is read around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters to look for.
const ACTIVE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Untrusted text made harmless for a terminal: control characters become visible, new lines and tabs stay (R-SYS-032). */
export function neutralise(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(ACTIVE, (character) => {
    const code = character.charCodeAt(0);
    if (code === DELETE) return DELETE_PICTURE;
    return code < 0x20 ? String.fromCharCode(CONTROL_PICTURES + code) : `<${code.toString(16)}>`;
  });
}

/** The same on one line. */
export function oneLine(text: string): string {
  return neutralise(text)
    .replaceAll(/[\n\t]+/g, ' ')
    .trim();
}

/** JSON that a terminal cannot act on either: what `JSON.stringify` leaves as it is gets escaped too. */
export function safeJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent) ?? 'null';
  return text.replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
