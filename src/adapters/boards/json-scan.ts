/*
 * Finds the members and elements of a JSON text without building values, so that what nobody changed can be
 * written back letter by letter: key order, number spelling, spacing, repeated escapes. It accepts exactly JSON
 * and says where a text stops being JSON, which `JSON.parse` does not always tell.
 */

/** A place in a text; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One member of an object: its key as a string and as written, and where its value stands. */
export interface MemberSpan extends Span {
  readonly key: string;
  readonly keyText: string;
  readonly keyStart: number;
}

/** Why and where a text is not what it should be. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
  readonly offset: number;

  constructor(problem: string, offset: number) {
    super(problem);
    this.offset = offset;
  }
}

const DEPTH_MAX = 200;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERALS = ['true', 'false', 'null'] as const;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The first position from `at` that is not white space. */
export function skipSpace(text: string, at: number): number {
  let position = at;
  for (;;) {
    const code = text.charCodeAt(position);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return position;
    position += 1;
  }
}

/** The one value of a whole text. */
export function scanDocument(text: string): Span {
  const start = skipSpace(text, 0);
  const end = skipValue(text, start, 0);
  const rest = skipSpace(text, end);
  if (rest < text.length) throw new JsonFault(`unexpected ${shown(text, rest)} after the end`, rest);
  return { start, end };
}

/** The members of the object that starts at `start`, in order. */
export function scanMembers(text: string, start: number, depth = 0): MemberSpan[] {
  const members: MemberSpan[] = [];
  walkObject(text, start, depth, (member) => members.push(member));
  return members;
}

/** The elements of the array that starts at `start`. */
export function scanElements(text: string, start: number, depth = 0): Span[] {
  const elements: Span[] = [];
  walkArray(text, start, depth, (span) => elements.push(span));
  return elements;
}

/** The end of the value at `at`; throws a {@link JsonFault} where it is not JSON. */
export function skipValue(text: string, at: number, depth: number): number {
  if (depth > DEPTH_MAX) throw new JsonFault(`nested more than ${DEPTH_MAX} deep`, at);
  const char = text[at];
  if (char === '"') return skipString(text, at);
  if (char === '{') return walkObject(text, at, depth, null);
  if (char === '[') return walkArray(text, at, depth, null);
  const literal = LITERALS.find((word) => text.startsWith(word, at));
  if (literal !== undefined) return at + literal.length;
  NUMBER.lastIndex = at;
  if (!NUMBER.test(text)) throw new JsonFault(`expected a value, found ${shown(text, at)}`, at);
  return NUMBER.lastIndex;
}

function walkObject(
  text: string,
  start: number,
  depth: number,
  visit: ((member: MemberSpan) => void) | null,
): number {
  let at = skipSpace(text, start + 1);
  if (text[at] === '}') return at + 1;
  for (;;) {
    if (text[at] !== '"') throw new JsonFault(`expected a key in quotes, found ${shown(text, at)}`, at);
    const keyStart = at;
    const keyEnd = skipString(text, at);
    at = skipSpace(text, keyEnd);
    if (text[at] !== ':') throw new JsonFault(`expected ":", found ${shown(text, at)}`, at);
    const valueStart = skipSpace(text, at + 1);
    const end = skipValue(text, valueStart, depth + 1);
    if (visit !== null) {
      const keyText = text.slice(keyStart, keyEnd);
      visit({ key: JSON.parse(keyText) as string, keyText, keyStart, start: valueStart, end });
    }
    at = skipSpace(text, end);
    if (text[at] === '}') return at + 1;
    if (text[at] !== ',') throw new JsonFault(`expected "," or "}", found ${shown(text, at)}`, at);
    at = skipSpace(text, at + 1);
  }
}

function walkArray(text: string, start: number, depth: number, visit: ((span: Span) => void) | null): number {
  let at = skipSpace(text, start + 1);
  if (text[at] === ']') return at + 1;
  for (;;) {
    const end = skipValue(text, at, depth + 1);
    visit?.({ start: at, end });
    at = skipSpace(text, end);
    if (text[at] === ']') return at + 1;
    if (text[at] !== ',') throw new JsonFault(`expected "," or "]", found ${shown(text, at)}`, at);
    at = skipSpace(text, at + 1);
  }
}

function skipString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) at = skipEscape(text, at);
    else if (code >= 0x20) at += 1;
    else if (at >= text.length) throw new JsonFault('a string without its closing quote', start);
    else throw new JsonFault('a raw control character inside a string', at);
  }
}

function skipEscape(text: string, at: number): number {
  const char = text[at + 1] ?? '';
  if (char === 'u' && /^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6))) return at + 6;
  if (char !== '' && '"\\/bfnrt'.includes(char)) return at + 2;
  throw new JsonFault('an unknown escape inside a string', at);
}

function shown(text: string, at: number): string {
  return at >= text.length ? 'the end of the file' : JSON.stringify(text.slice(at, at + 1));
}
