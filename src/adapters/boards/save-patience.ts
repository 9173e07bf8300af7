import { isSame } from '../files/file-fingerprint.ts';
import type { Snapshot } from './json-snapshot.ts';

/** An editor that truncates and writes is through in far less; a file that stays broken longer is a problem. */
const SAVE_MS_MAX = 250;
/** A file that lies there empty is nobody's work: whoever emptied it may wait for its turn on a busy machine. */
const EMPTY_MS_MAX = 2_000;
/** A program that saves nothing but broken files, one after the other, is a problem too. */
const SAVES_MS_MAX = 5_000;

/** How long a file that is no board may still be somebody's save. */
export interface SavePatience {
  /** What the file is like now; null when there is none or it cannot be read. */
  broken(snapshot: Snapshot | null): void;
  good(): void;
  /** Milliseconds left; 0 or less when it is a problem. */
  left(): number;
}

interface Seen {
  readonly firstAt: number;
  readonly latestAt: number;
  readonly latest: Snapshot | null;
}

/** Counts from the last change of the file, since one that is written to is being saved (F19). */
export function createSavePatience(now: () => number = () => performance.now()): SavePatience {
  let seen: Seen | null = null;
  return {
    broken(latest) {
      const at = now();
      if (seen === null) seen = { firstAt: at, latestAt: at, latest };
      else if (!isSame(seen.latest?.fingerprint ?? null, latest?.fingerprint ?? null)) {
        seen = { firstAt: seen.firstAt, latestAt: at, latest };
      }
    },
    good() {
      seen = null;
    },
    left() {
      if (seen === null) return 0;
      const { firstAt, latestAt, latest } = seen;
      const quietMs = latest?.fingerprint.size === 0n ? EMPTY_MS_MAX : SAVE_MS_MAX;
      return Math.min(latestAt + quietMs, firstAt + SAVES_MS_MAX) - now();
    },
  };
}
