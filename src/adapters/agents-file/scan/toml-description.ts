const TABLES = new Set(['project', 'tool.poetry']);

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  '"': '"',
  '\\': '\\',
};

const LINE_LENGTH_MAX = 1_000;
const PART = `(?:[\\w-]+|"[^"]*"|'[^']*')`;
const NAME = `${PART}(?:[ \\t]*\\.[ \\t]*${PART})*`;
const HEADER = new RegExp(`^[ \\t]*\\[[ \\t]*(${NAME})[ \\t]*\\]`);
const KEY = new RegExp(`^[ \\t]*(${NAME})[ \\t]*=[ \\t]*`);

/**
 * `description` of `[project]`, else of `[tool.poetry]`, in a pyproject.toml (R-AD-129). Reads no more TOML than that
 * takes: tables, and values with strings of all four kinds, so that text inside a value is never taken for a key.
 */
export function tomlDescription(toml: string): string | null {
  const found = new Map<string, string>();
  let table = '';
  let rest = toml;
  while (rest !== '') {
    const line = rest.slice(0, LINE_LENGTH_MAX).split('\n', 1)[0] ?? '';
    const key = KEY.exec(line);
    if (key === null) {
      if (line.trimStart().startsWith('[')) table = nameOf(HEADER.exec(line)?.[1] ?? '[[]]');
      rest = afterLine(rest);
      continue;
    }
    const value = readValue(rest.slice(key[0].length));
    const name = nameOf(`${table}.${key[1]}`);
    for (const own of TABLES) {
      const isWanted = name === `${own}.description` || name === `.${own}.description`;
      if (isWanted && value.text !== null && !found.has(own)) found.set(own, value.text);
    }
    rest = value.rest;
  }
  return found.get('project') ?? found.get('tool.poetry') ?? null;
}

const nameOf = (text: string): string => text.replaceAll(/["' \t]/g, '');

function afterLine(text: string): string {
  const end = text.indexOf('\n');
  return end === -1 ? '' : text.slice(end + 1);
}

/** The string that is the value, or null for any other value, and what follows it. */
function readValue(source: string): { readonly text: string | null; readonly rest: string } {
  let rest = source;
  let text: string | null = null;
  let depth = 0;
  for (let isStart = true; rest !== ''; isStart = false) {
    const before = /^[^\n"'#]*/.exec(rest)?.[0] ?? '';
    depth += (before.match(/[[{]/g)?.length ?? 0) - (before.match(/[\]}]/g)?.length ?? 0);
    const at = rest.slice(before.length);
    const quote = /^(?:"""|'''|"|')/.exec(at)?.[0];
    if (quote === undefined) {
      // A comment or the end of the line ends the value, unless a bracket is open.
      rest = afterLine(at);
      if (depth <= 0) break;
      continue;
    }
    const end = endOf(at, quote);
    if (isStart && before === '') text = decoded(at.slice(quote.length, end), quote);
    rest = at.slice(end + (at.startsWith(quote, end) ? quote.length : 0));
  }
  return { text, rest };
}

/** Where the string that starts here closes; an open one closes with its line or the file. */
function endOf(text: string, quote: string): number {
  for (let at = quote.length; at < text.length; at += 1) {
    if (text[at] === '\\' && quote.startsWith('"')) at += 1;
    else if (text.startsWith(quote, at)) return at;
    else if (text[at] === '\n' && quote.length === 1) return at;
  }
  return text.length;
}

function decoded(raw: string, quote: string): string {
  const text = quote.length === 3 ? raw.replace(/^\r?\n/, '') : raw;
  if (quote.startsWith("'")) return text;
  return text.replaceAll(
    /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[ \t]*\r?\n\s*|(.))/g,
    (whole: string, short?: string, long?: string, letter?: string) => {
      const code = Number.parseInt(short ?? long ?? '', 16);
      if (!Number.isNaN(code)) return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
      return letter === undefined ? '' : (ESCAPES[letter] ?? whole);
    },
  );
}
