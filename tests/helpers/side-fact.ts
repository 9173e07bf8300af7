/** What stands somewhere after the evening: `place` is the kind of thing, `of` which one. */
export interface Fact {
  readonly place: string;
  readonly of: string;
  readonly value: string;
}

/** A value as text, without ids, times, durations and folders. */
export type Plain = (value: unknown) => string;

export const fact = (place: string, of: string, value: string): Fact => ({ place, of, value });

/** Items by what they have in common, in the order in which that is met. */
export function grouped<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): ReadonlyMap<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
