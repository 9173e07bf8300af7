const SECONDS_MAX = 2 ** 32;
const SEQ_MAX = 2 ** 14;
const PRIORITY_MAX = 63;

/**
 * The place of a ledger's task in line, as one number: priority, then age, then insertion (R-PROD-030). It depends on
 * the task alone, so whoever asks for it, and however often, comes to the same place.
 */
export function ledgerPlace(priority: number, createdAt: string, seq = 0): number {
  const rank = Math.min(Math.max(Math.round(priority), -PRIORITY_MAX), PRIORITY_MAX);
  const seconds = Math.floor(Date.parse(createdAt) / 1000);
  const age = Number.isNaN(seconds) ? SECONDS_MAX - 1 : Math.min(Math.max(seconds, 0), SECONDS_MAX - 1);
  return (rank * SECONDS_MAX + age) * SEQ_MAX + (seq % SEQ_MAX);
}
