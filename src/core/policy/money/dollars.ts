const MICRO_USD = 1_000_000;

/** Dollars of integer micro-dollars. */
export const usdOf = (microUsd: number): number => microUsd / MICRO_USD;

/** Dollars as integer micro-dollars, in which all money is counted. */
export const microUsdOf = (usd: number): number => Math.round(usd * MICRO_USD);
