import { BOARD_WATCH_FALLBACK_MS } from '../../../core/limits.ts';
import { createFileWatch } from '../file-watch.ts';

/** Tells of commits, whichever process made them. */
export interface LedgerWatch {
  subscribe(listener: () => void): () => void;
  close(): void;
}

/**
 * Watches the file and its write-ahead log, which grows with each commit of anybody. Where file events do not come,
 * `foreignChanges` tells of what others committed.
 */
export function createLedgerWatch(path: string, foreignChanges: () => number): LedgerWatch {
  const watches = [path, `${path}-wal`].map((file) =>
    createFileWatch({ path: file, pollMs: BOARD_WATCH_FALLBACK_MS }),
  );
  return {
    subscribe(listener) {
      let queued = false;
      // One commit changes both files.
      const tell = (): void => {
        if (queued) return;
        queued = true;
        setImmediate(() => {
          if (queued) listener();
          queued = false;
        });
      };
      let seen = foreignChanges();
      const timer = setInterval(() => {
        const now = foreignChanges();
        if (now !== seen) tell();
        seen = now;
      }, BOARD_WATCH_FALLBACK_MS).unref();
      const stops = watches.map((watch) => watch.subscribe(tell));
      return () => {
        queued = false;
        clearInterval(timer);
        for (const stop of stops) stop();
      };
    },
    close() {
      for (const watch of watches) watch.close();
    },
  };
}
