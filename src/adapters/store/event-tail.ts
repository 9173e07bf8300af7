import { AppError } from '../../core/errors.ts';
import { EVENT_TAIL_POLL_MS, SSE_CLIENTS_MAX } from '../../core/limits.ts';
import type { EventListener, EventTail } from '../../core/ports/event-tail.ts';
import type { RunEvent } from '../../core/schema/run-event.ts';
import { followEvents } from './event-follower.ts';
import type { WatchedProjection } from './projection.ts';

/** How often other processes' events are looked for, and who hears of trouble while reading them. */
export interface EventTailConfig {
  readonly pollMs?: number;
  readonly onError?: (error: unknown) => void;
}

/**
 * Follows the events of a projection. This process's events are handed on at once, those of others within
 * `pollMs`. Nothing is buffered: pages are read from the store as fast as listeners take them, and a listener
 * that throws is dropped. Nobody listening costs nothing, and it never keeps the process alive.
 */
export function createEventTail(projection: WatchedProjection, config: EventTailConfig = {}): EventTail {
  const { pollMs = EVENT_TAIL_POLL_MS, onError = () => {} } = config;
  const listeners = new Set<EventListener>();
  let following: { stop(): void } | null = null;

  function deliver(events: readonly RunEvent[]): void {
    for (const listener of listeners) {
      try {
        listener(events);
      } catch (error) {
        listeners.delete(listener);
        onError(error);
      }
    }
  }
  function stopIfIdle(): void {
    if (listeners.size > 0) return;
    following?.stop();
    following = null;
  }

  return {
    subscribe(listener) {
      if (listeners.size >= SSE_CLIENTS_MAX) {
        throw new AppError('too-many-requests', `more than ${SSE_CLIENTS_MAX} listeners on the event stream`);
      }
      // A wrapper of its own, so that the same function may listen twice.
      const own: EventListener = (events) => listener(events);
      following ??= followEvents(projection, { pollMs, onError, deliver });
      listeners.add(own);
      return () => {
        listeners.delete(own);
        stopIfIdle();
      };
    },
    close() {
      listeners.clear();
      stopIfIdle();
    },
  };
}
