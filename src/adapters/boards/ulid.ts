import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;

let last = { ms: -1, random: [] as number[] };

/**
 * A ULID: 48 bits of time and 80 random ones, sortable by time as text. Within this process each is greater than the one
 * before, also in the same millisecond and when the clock goes back (R-PROD-027).
 */
export function createUlid(nowMs: number = Date.now()): string {
  const random = nowMs > last.ms ? fresh() : next(last.random);
  last = { ms: Math.max(nowMs, last.ms), random };
  let time = '';
  for (let rest = last.ms; time.length < TIME_LENGTH; rest = Math.floor(rest / 32)) {
    time = ALPHABET.charAt(rest % 32) + time;
  }
  return time + random.map((digit) => ALPHABET.charAt(digit)).join('');
}

/** Its highest digit stays low, so that there is room to count up. */
const fresh = (): number[] =>
  Array.from(randomBytes(RANDOM_LENGTH), (byte, index) => byte % (index === 0 ? 16 : 32));

function next(random: readonly number[]): number[] {
  const digits = [...random];
  for (let at = digits.length - 1; at >= 0; at -= 1) {
    const digit = ((digits[at] ?? 0) + 1) % 32;
    digits[at] = digit;
    if (digit !== 0) break;
  }
  return digits;
}
