import { type Document, type Node, type Scalar, visit } from 'yaml';

/** Texts that YAML 1.1 takes for something else: yes and no, numbers with colons or underscores, dates. */
const READ_OTHERWISE =
  /^(?:[yn]|yes|no|on|off|~|=|<<|[-+]?\.?\d[\d_.:,eExXoObBa-fA-F+-]*(?:[Tt ][\d:.Z +-]*)?)$/i;

/** A node of new values; what other programs, reading YAML 1.1, would take for no text is quoted. */
export function createPlainNode(document: Document, value: unknown): Node {
  const node = document.createNode(value) as Node;
  visit(node, { Scalar: (_, scalar) => quoteIfAmbiguous(scalar) });
  return node;
}

/** Puts the text of a scalar in quotes where it must not be taken for a number or a flag. */
export function quoteIfAmbiguous(scalar: Scalar): void {
  const isBare = scalar.type === undefined || scalar.type === null || scalar.type === 'PLAIN';
  if (isBare && typeof scalar.value === 'string' && READ_OTHERWISE.test(scalar.value))
    scalar.type = 'QUOTE_DOUBLE';
}
