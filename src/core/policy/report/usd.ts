const MICRO = 1_000_000;

/** `$1.23` */
export const usd = (microUsd: number): string => `$${(microUsd / MICRO).toFixed(2)}`;

/** `$1.2346` */
export const usdExact = (microUsd: number): string => `$${(microUsd / MICRO).toFixed(4)}`;

/** Dollars of a ledger as integer micro-dollars. */
export const microUsd = (dollars: number): number => Math.round(dollars * MICRO);
