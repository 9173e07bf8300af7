import { invalidInput } from '../../errors.ts';

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/**
 * Reads a list of tools as callers write it: names with commas between them. A comma in brackets or quotes belongs to a
 * pattern such as `Bash(git log:*, git diff:*)`; `none` = inherit (null), `[]` = explicitly none, empty = nothing said
 * (undefined). Throws `invalid-input` for a bracket or quote that never ends (R-AD-016, R-AD-093, R-AD-096).
 */
export function parseToolList(text: string, field = 'allowed_tools'): readonly string[] | null | undefined {
  const given = text.trim();
  if (given === '') return undefined;
  if (given.toLowerCase() === 'none') return null;
  if (/^\[\s*\]$/.test(given)) return [];
  return split(given, field)
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Labels with commas between them; `none` = no labels, empty = nothing said (R-ADX-004). */
export function parseLabels(text: string): readonly string[] | undefined {
  const given = text.trim();
  if (given === '') return undefined;
  if (given.toLowerCase() === 'none') return [];
  return given.split(',').flatMap((label) => (label.trim() === '' ? [] : [label.trim()]));
}

function split(text: string, field: string): readonly string[] {
  const parts: string[] = [];
  const open: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const waited = open.at(-1);
    if (character === waited) open.pop();
    else if (waited === '"' || waited === "'") continue;
    else if (character === '"' || character === "'") open.push(character);
    else if (character in CLOSING) open.push(CLOSING[character] ?? '');
    else if (character === ',' && open.length === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  const missing = open.at(-1);
  if (missing !== undefined) invalidInput(field, `a ${missing} is missing`, 'close every bracket and quote');
  return [...parts, text.slice(start)];
}
