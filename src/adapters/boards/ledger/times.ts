/** A ledger's time: `YYYY-MM-DDTHH:MM:SSZ` (R-PROD-027). */
export const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Compares times of a ledger as SQLite does, as text; the earlier first. */
export const byTime = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
