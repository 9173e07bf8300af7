import { type Document, type Node, parse, type Scalar, visit } from 'yaml';

/** A node of new values; what other programs, reading YAML 1.1, would take for no text is quoted. */
export function createPlainNode(document: Document, value: unknown): Node {
  const node = document.createNode(value) as Node;
  visit(node, { Scalar: (_, scalar) => quoteIfAmbiguous(scalar) });
  return node;
}

/** Puts the text of a scalar in quotes where it must not be taken for a number, a date or a flag. */
export function quoteIfAmbiguous(scalar: Scalar): void {
  const isBare = scalar.type === undefined || scalar.type === null || scalar.type === 'PLAIN';
  if (isBare && typeof scalar.value === 'string' && isReadOtherwise(scalar.value))
    scalar.type = 'QUOTE_DOUBLE';
}

/** Longer ones are no number or date in any version. */
const WORD_LENGTH_MAX = 200;

function isReadOtherwise(text: string): boolean {
  if (text.length > WORD_LENGTH_MAX || text.includes('\n')) return false;
  // These two have a meaning of their own to some readers.
  if (text === '=' || text === '<<') return true;
  try {
    return parse(text, { version: '1.1', logLevel: 'silent' }) !== text;
  } catch {
    return true;
  }
}
