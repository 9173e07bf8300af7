import { randomUUID } from 'node:crypto';
import { isoSeconds } from '../../adapters/boards/ledger/times.ts';
import { createUlid } from '../../adapters/boards/ulid.ts';
import { utcDay } from '../../core/policy/money/utc-day.ts';

const ID_LENGTH = 26;

/**
 * An id of 26 characters (R-PROD-027): a ULID that is greater than the one before, or, with a prefix, the prefix and as
 * much chance as fits behind it, as ai-producer makes them.
 */
export function newId(prefix?: string): string {
  if (prefix === undefined) return createUlid();
  return (prefix + randomUUID().replaceAll('-', '').toUpperCase()).slice(0, ID_LENGTH);
}

/** Now as a ledger writes it: `YYYY-MM-DDTHH:MM:SSZ`. */
export const utcIsoNow = (): string => isoSeconds(Date.now());

/** Today in UTC: `YYYY-MM-DD`. */
export const utcToday = (): string => utcDay(Date.now());
