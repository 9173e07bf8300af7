import type { MemberSpan } from './json-scan.ts';

/** How a JSON file is laid out, so that a rewrite looks like the file it replaces. */
export interface JsonStyle {
  /** One level; empty = everything on one line. */
  readonly indent: string;
  readonly newline: string;
  readonly colon: string;
  readonly comma: string;
  /** What stands after the last bracket. */
  readonly tail: string;
}

/** The layout of a file we create. */
export const OWN_STYLE: JsonStyle = {
  indent: '  ',
  newline: '\n',
  colon: ': ',
  comma: ',',
  tail: '\n',
};

/** Reads the layout off a text that is known to be a JSON object with at least one member. */
export function styleOf(text: string, end: number, [first]: readonly MemberSpan[]): JsonStyle {
  if (first === undefined) return OWN_STYLE;
  const lead = text.slice(text.indexOf('{') + 1, first.keyStart);
  const lineBreak = lead.lastIndexOf('\n');
  const isLined = lineBreak >= 0;
  const hasSpace = text.slice(first.keyStart + first.keyText.length, first.start).includes(' ');
  return {
    indent: isLined ? lead.slice(lineBreak + 1) || OWN_STYLE.indent : '',
    newline: isLined && lead[lineBreak - 1] === '\r' ? '\r\n' : '\n',
    colon: hasSpace ? ': ' : ':',
    comma: hasSpace && !isLined ? ', ' : ',',
    tail: text.slice(end),
  };
}

/** The same layout on one line, for a value that stands on one line in a laid-out file. */
export function oneLine(style: JsonStyle): JsonStyle {
  return style.indent === '' ? style : { ...style, indent: '', comma: ', ' };
}

/** An object or array from texts of its members or elements; `depth` is that of the bracket. */
export function bracket(
  kind: '{}' | '[]',
  parts: readonly string[],
  style: JsonStyle,
  depth: number,
): string {
  const [open, close] = [kind.charAt(0), kind.charAt(1)];
  if (parts.length === 0) return open + close;
  if (style.indent === '') return open + parts.join(style.comma) + close;
  const outer = style.newline + style.indent.repeat(depth);
  const inner = outer + style.indent;
  return open + inner + parts.join(style.comma + inner) + outer + close;
}

/** A plain value in this layout. */
export function valueText(value: unknown, style: JsonStyle, depth: number): string {
  if (Array.isArray(value)) {
    const parts = value.map((element) => valueText(element, style, depth + 1));
    return bracket('[]', parts, style, depth);
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    const parts = members.map(
      ([key, member]) => JSON.stringify(key) + style.colon + valueText(member, style, depth + 1),
    );
    return bracket('{}', parts, style, depth);
  }
  return JSON.stringify(value);
}
