/** A ledger's time: `YYYY-MM-DDTHH:MM:SSZ` (R-PROD-027). */
export const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
