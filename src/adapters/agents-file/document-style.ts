import type { Document } from 'yaml';

/** The document as text in the manner of the text it came from: indentation, line ends, no folded lines. */
export function renderLike(document: Document, before: string): string {
  const text = document.toString({
    lineWidth: 0,
    indent: indentOf(before),
    indentSeq: !/^( *)[^\s#-][^\n]*:[ \t]*(?:#[^\n]*)?\r?\n\1- /m.test(before),
    flowCollectionPadding: isPadded(before),
  });
  return before.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
}

/** Do brackets of the text mostly keep a space inside? */
function isPadded(text: string): boolean {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  return count(/[{[] [^\s]/g) >= count(/[{[][^\s\]}]/g);
}

/** Spaces of the first indented key. */
function indentOf(text: string): number {
  const spaces = /^( {1,8})[^\s#-]/m.exec(text)?.[1]?.length ?? 2;
  return Math.max(2, spaces);
}
