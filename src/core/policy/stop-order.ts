import { SECOND_SIGNAL_MS_MIN } from '../limits.ts';

/** What a signal asks for; an echo asks for nothing. */
export type StopOrder = 'in-order' | 'echo' | 'at-once';

/**
 * Reads signals that say stop: the first one asks for an orderly end, a later one for the end at once. npm passes on a
 * Ctrl-C that the terminal has already sent: what comes so soon is the same one (R-ART-015). `now` is in ms.
 */
export function createStopOrders(now: () => number = () => performance.now()): () => StopOrder {
  let firstAt: number | null = null;
  return () => {
    if (firstAt === null) {
      firstAt = now();
      return 'in-order';
    }
    return now() - firstAt < SECOND_SIGNAL_MS_MIN ? 'echo' : 'at-once';
  };
}
