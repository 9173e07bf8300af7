import { oneLine } from '../neutralise.ts';
import type { Style } from '../style.ts';

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** A length of time for people: `840 ms`, `2.4 s`, `3 min 5 s`, `2 h 10 min`, `4 d 1 h`. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < MINUTE_S) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (seconds < HOUR_S) return `${Math.floor(seconds / MINUTE_S)} min ${Math.floor(seconds % MINUTE_S)} s`;
  if (seconds < DAY_S)
    return `${Math.floor(seconds / HOUR_S)} h ${Math.floor((seconds % HOUR_S) / MINUTE_S)} min`;
  return `${Math.floor(seconds / DAY_S)} d ${Math.floor((seconds % DAY_S) / HOUR_S)} h`;
}

/** How long ago a moment was. */
export const ago = (iso: string, now = Date.now()): string =>
  `${duration(Math.max(0, now - Date.parse(iso)) / 1000)} ago`;

const GOOD = new Set(['success', 'done', 'ok', 'OK', 'running', 'live']);
const BAD = new Set([
  'failed',
  'timed_out',
  'worker_lost',
  'dead',
  'stuck',
  'stopped',
  'dead-lettered',
  'silent',
  'NOT FOUND',
  'UNREADABLE',
]);

/** A state in the colour that goes with it. */
export function coloured(state: string, style: Style): string {
  const text = oneLine(state);
  if (GOOD.has(state)) return style.good(text);
  if (BAD.has(state)) return style.bad(text);
  return style.caution(text);
}

/** Something that may not be there. */
export const orDash = (value: unknown): string =>
  value === null || value === undefined || value === '' ? '-' : String(value);

/** `a, b`; what is empty on purpose is `(none)`, what was never set a dash. */
export const wordsOf = (value: unknown): string =>
  Array.isArray(value) ? value.join(', ') || '(none)' : orDash(value);

/** The state of an agent's folder in one word (R-AD-135). */
export const folderState = (healthy: unknown): string =>
  healthy === true ? 'OK' : healthy === false ? 'NOT FOUND' : 'UNREADABLE';
