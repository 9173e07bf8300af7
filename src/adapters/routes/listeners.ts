import { ROUTES_CHANGE_CHECK_MS } from '../../core/limits.ts';

/** Listeners that also hear of what other processes change. */
export interface Listeners {
  call(): void;
  /** Answers how to stop listening. */
  add(listener: () => void): () => void;
}

/** While somebody listens, `look` is called now and then; it finds changes of other processes. */
export function createListeners(look: () => Promise<unknown>): Listeners {
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | null = null;
  return {
    call() {
      for (const listener of listeners) listener();
    },
    add(listener) {
      listeners.add(listener);
      // A store that cannot be read now is looked at again next time; whoever lists routes gets the error.
      timer ??= setInterval(() => void look().catch(() => undefined), ROUTES_CHANGE_CHECK_MS).unref();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || timer === null) return;
        clearInterval(timer);
        timer = null;
      };
    },
  };
}
