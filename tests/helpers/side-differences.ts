import type { Fact } from './side-fact.ts';

/** Something that is not the same on both sides; null = it is not there at all. */
export interface Difference {
  readonly place: string;
  readonly of: string;
  readonly theirs: string | null;
  readonly ours: string | null;
}

/** What stands on one side only, or says something else there; of what is missing whole, no part is named. */
export function differencesOf(theirs: readonly Fact[], ours: readonly Fact[]): readonly Difference[] {
  const [left, right] = [byKey(theirs), byKey(ours)];
  const all = [...new Map([...left, ...right]).values()].map(({ place, of }): Difference => {
    const valueIn = (facts: ReadonlyMap<string, Fact>) => facts.get(keyOf({ place, of }))?.value ?? null;
    return { place, of, theirs: valueIn(left), ours: valueIn(right) };
  });
  const isMissing = (place: string, of: string) =>
    all.some((one) => one.place === place && one.of === of && (one.theirs === null || one.ours === null));
  return all.filter(({ place, of, theirs: a, ours: b }) => {
    const whole = place.startsWith('escalation ') ? 'file' : place.replace(/\.[^.]*$/, '');
    return a !== b && (whole === place || !isMissing(whole, of));
  });
}

type Named = Pick<Fact, 'place' | 'of'>;

const keyOf = ({ place, of }: Named): string => `${place}\n${of}`;

const byKey = (facts: readonly Fact[]): ReadonlyMap<string, Fact> =>
  new Map(facts.map((fact) => [keyOf(fact), fact]));
