import { invalidInput } from '../core/errors.ts';
import { IDEMPOTENCY_KEY_LENGTH_MAX } from '../core/limits.ts';

/** The key a client chose for its write; null = none. Printable ASCII, so that it fits a URL and a log line. */
export function idempotencyKeyOf(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  const ok =
    typeof header === 'string' &&
    header.length <= IDEMPOTENCY_KEY_LENGTH_MAX &&
    /^[\x21-\x7e]+$/.test(header);
  return ok
    ? header
    : invalidInput('Idempotency-Key', `must be 1 to ${IDEMPOTENCY_KEY_LENGTH_MAX} printable characters`);
}
