import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { messageOf } from '../../core/errors.ts';
import { ROUTE_ALIASES } from '../../core/schema/config.ts';
import { configError, type Origin, type Path } from './problem.ts';

/** Aliases resolved to at most this many nodes, so that a small file cannot grow without bound. */
const ALIASES_MAX = 100;

/** A parsed file: its plain value and where each part of it stands. */
export interface ParsedFile {
  readonly value: unknown;
  /** The position of a path, or of its nearest parent that is written down. */
  locate(path: Path): Origin;
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}

function findPair(pairs: readonly Pair[], part: string): Pair | undefined {
  const same = pairs.find((pair) => keyText(pair) === part);
  return same ?? pairs.find((pair) => ROUTE_ALIASES[keyText(pair)] === part);
}

/** Offset of the key (in a map) or the item (in a list) the path ends at. */
function offsetOf(root: Node | null, path: Path): number {
  let node: Node | null = root;
  let offset = root?.range?.[0] ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = findPair(node.items as Pair[], String(part));
      if (pair === undefined) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else if (isSeq(node)) {
      const item = node.items[Number(part)] as Node | undefined;
      if (item === undefined) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else {
      return offset;
    }
    if (isAlias(node)) return offset;
  }
  return offset;
}

/** What the parser throws instead of reporting: thousands of nested brackets, aliases without bound. */
function refuse(cause: unknown, file: string): never {
  const message = cause instanceof RangeError ? 'is nested too deeply' : messageOf(cause);
  throw configError([{ origin: { kind: 'file', file, line: 1, column: 1 }, path: [], message }]);
}

function orRefuse<T>(parse: () => T, file: string): T {
  try {
    return parse();
  } catch (cause) {
    return refuse(cause, file);
  }
}

/** Parses YAML 1.2 (so JSON too) and keeps positions; `invalid-config` with line and column when broken. */
export function parseYaml(text: string, file: string): ParsedFile {
  const lines = new LineCounter();
  const options = { lineCounter: lines, prettyErrors: false, merge: true, logLevel: 'error' } as const;
  const document = orRefuse(() => parseDocument(text, options), file);
  const at = (offset: number): Origin => {
    const { line, col } = lines.linePos(offset);
    return { kind: 'file', file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0) {
    throw configError(
      document.errors.map((error) => ({ origin: at(error.pos[0]), path: [], message: error.message })),
    );
  }
  const locate = (path: Path): Origin => at(offsetOf(document.contents as Node | null, path));
  const value: unknown = orRefuse(() => document.toJS({ maxAliasCount: ALIASES_MAX }), file);
  return { value, locate };
}
