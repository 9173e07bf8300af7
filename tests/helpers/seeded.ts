/** Moments, victims and waits of a chaos test; the seed is printed, and `DISPATCH_TEST_SEED` repeats a run. */
export interface Seeded {
  readonly seed: number;
  /** From 0 to below 1. */
  next(): number;
  between(min: number, max: number): number;
}

export function seeded(what: string): Seeded {
  const seed = Number(process.env.DISPATCH_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${what}: seed ${seed} (DISPATCH_TEST_SEED=${seed} repeats it)`);
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { seed, next, between: (min, max) => min + next() * (max - min) };
}

/** Ten moments when everything is asked for, three otherwise. */
export const MOMENTS = process.env.DISPATCH_TEST_ALL === '1' ? 10 : 3;
