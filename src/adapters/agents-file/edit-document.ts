import { type Document, isAlias, isCollection, isMap, isScalar, type Pair, YAMLMap } from 'yaml';
import { createPlainNode, quoteIfAmbiguous } from './plain-node.ts';

/** New values of an entry's keys; null takes a key away, so that it inherits again (R-AD-019). */
export type EntryValues = Readonly<Record<string, unknown>>;

/** Is there an entry of this name in the section? */
export function hasEntry(document: Document, section: string, name: string): boolean {
  const entries = rootOf(document).get(section, true);
  return isMap(entries) && pairOf(entries, name) !== undefined;
}

/** Names of a section in the order of the file. */
export function entryNames(document: Document, section: string): string[] {
  const entries = rootOf(document).get(section, true);
  return isMap(entries) ? entries.items.map((pair) => keyOf(pair as Pair)) : [];
}

/** Adds an entry behind the others. */
export function addEntry(document: Document, section: string, name: string, values: EntryValues): void {
  const entries = sectionOf(document, section);
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  entries.add(
    document.createPair(
      createPlainNode(document, name),
      createPlainNode(document, Object.fromEntries(given)),
    ) as Pair,
  );
}

/** Changes keys of an entry where they stand; new ones are appended, comments stay. */
export function updateEntry(document: Document, section: string, name: string, values: EntryValues): void {
  const pair = pairOf(sectionOf(document, section), name);
  if (pair === undefined) throw new Error(`no ${name} in ${section}`);
  const entry = mapOf(document, pair.value);
  pair.value = entry;
  for (const [key, value] of Object.entries(values)) {
    if (value === null || value === undefined) entry.delete(key);
    else setValue(document, entry, key, value);
  }
}

/** Takes an entry away. */
export function removeEntry(document: Document, section: string, name: string): void {
  const entries = sectionOf(document, section);
  entries.items = entries.items.filter((pair) => keyOf(pair as Pair) !== name);
}

function setValue(document: Document, entry: YAMLMap, key: string, value: unknown): void {
  const before: unknown = entry.get(key, true);
  const node = createPlainNode(document, value);
  if (isScalar(before) && !isCollection(node)) {
    before.value = value;
    quoteIfAmbiguous(before);
    return;
  }
  if (isCollection(before) && isCollection(node)) {
    // A list in brackets stays one, and a comment beside it stays there.
    node.flow = before.flow === true;
    node.comment = before.comment ?? null;
  }
  entry.set(key, node);
}

/** The top of the document; a file of comments alone, or of nothing, gets one. */
function rootOf(document: Document): YAMLMap {
  if (isMap(document.contents)) return document.contents;
  const root = new YAMLMap(document.schema);
  document.contents = root as unknown as Document['contents'];
  return root;
}

function sectionOf(document: Document, section: string): YAMLMap {
  const root = rootOf(document);
  const before: unknown = root.get(section, true);
  const entries = mapOf(document, before);
  if (entries !== before) root.set(section, entries);
  if (entries.items.length === 0) entries.flow = false;
  return entries;
}

/** The map itself; an alias becomes a copy of what it stands for, nothing becomes an empty map. */
function mapOf(document: Document, node: unknown): YAMLMap {
  if (isMap(node)) return node;
  const source = isAlias(node) ? node.resolve(document) : undefined;
  const map = isMap(source) ? (source.clone() as YAMLMap) : new YAMLMap(document.schema);
  delete map.anchor;
  if (isScalar(node) && node.comment != null) map.commentBefore = node.comment;
  return map;
}

const pairOf = (map: YAMLMap, name: string): Pair | undefined =>
  (map.items as Pair[]).find((pair) => keyOf(pair) === name);

/** A key as text: `7:` is agent `7`. */
const keyOf = ({ key }: Pair): string => String(isScalar(key) ? key.value : key);
