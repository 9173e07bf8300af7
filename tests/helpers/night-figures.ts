/** Runs of roles at once. */
export const SLOTS = 4;
export const NOTE = 'Use the other server';

/** What a run of each role says it cost, in micro-dollars, and what is held for it. */
export const PRICES: Readonly<Record<string, { readonly price: number; readonly held: number }>> = {
  plan: { price: 50_000, held: 50_000 },
  code: { price: 30_000, held: 30_000 },
  // Costs more than is held for it: only its cap and its slots bound it.
  art: { price: 40_000, held: 20_000 },
  build: { price: 10_000, held: 10_000 },
  ship: { price: 20_000, held: 20_000 },
};
