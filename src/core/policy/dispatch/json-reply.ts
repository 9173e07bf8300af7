import { PROSE_JSON_CHARS_MAX, PROSE_JSON_STEPS_MAX, PROSE_JSON_TRIES_MAX } from './limits.ts';

/** A value read from a reply; null stands for a reply that holds none, for a JSON null there is `{value: null}`. */
export type JsonReply = { readonly value: unknown } | null;

const FENCED = /^```(?:json)?[^\S\n]*\n?([\s\S]*?)\n?```$/i;

/** Reads the JSON value of a reply: bare, in a code fence, or an object or array between prose (R-AD-038). */
export function parseJsonReply(text: string): JsonReply {
  const trimmed = text.trim();
  return parse(trimmed) ?? parse(FENCED.exec(trimmed)?.[1] ?? '') ?? fromProse(trimmed);
}

/** The longest object or array that stands somewhere in the text. */
function fromProse(text: string): JsonReply {
  if (text.length > PROSE_JSON_CHARS_MAX) return null;
  let best: JsonReply = null;
  let bestLength = 0;
  let at = 0;
  let steps = 0;
  for (let tries = 0; tries < PROSE_JSON_TRIES_MAX && steps < PROSE_JSON_STEPS_MAX; tries += 1) {
    const start = nextOpening(text, at);
    if (start < 0) break;
    const end = closingOf(text, start);
    steps += (end < 0 ? text.length : end) - start;
    const found = end < 0 ? null : parse(text.slice(start, end));
    if (found !== null && end - start > bestLength) {
      best = found;
      bestLength = end - start;
    }
    at = found === null ? start + 1 : end;
  }
  return best;
}

/** One pass for both brackets: looking for a brace that never comes must not read the rest again each time. */
function nextOpening(text: string, from: number): number {
  const opening = /[{[]/g;
  opening.lastIndex = from;
  return opening.exec(text)?.index ?? -1;
}

/** Index behind the bracket that closes the one at `start`; -1 = never closed. Brackets in strings do not count. */
function closingOf(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

function parse(text: string): JsonReply {
  if (text === '') return null;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}
