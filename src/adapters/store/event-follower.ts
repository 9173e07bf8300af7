import { setImmediate as nextTurn } from 'node:timers/promises';
import { EVENT_TAIL_PAGE_MAX } from '../../core/limits.ts';
import type { RunEvent } from '../../core/schema/run-event.ts';
import type { WatchedProjection } from './projection.ts';

/** What a follower does with what it finds. */
export interface FollowerConfig {
  readonly pollMs: number;
  readonly deliver: (events: readonly RunEvent[]) => void;
  readonly onError: (error: unknown) => void;
}

/** Delivers every event after this moment once, in order, until `stop`. */
export function followEvents(projection: WatchedProjection, config: FollowerConfig): { stop(): void } {
  const { pollMs, deliver, onError } = config;
  // The mark first: what is committed between the two reads shows as a change.
  let mark: number | null = projection.foreignChanges();
  let cursor = projection.lastEventSeqNow();
  let reading = false;
  let again = false;
  let stopped = false;

  async function read(): Promise<void> {
    again = true;
    if (reading) return;
    reading = true;
    try {
      while (again && !stopped) {
        again = false;
        const page = await projection.listEvents({ afterSeq: cursor, limit: EVENT_TAIL_PAGE_MAX });
        hand(page);
        if (page.length < EVENT_TAIL_PAGE_MAX) continue;
        again = true;
        await nextTurn();
      }
    } catch (error) {
      mark = null; // The next poll tries again.
      onError(error);
    } finally {
      reading = false;
    }
  }
  function hand(events: readonly RunEvent[]): void {
    const last = events.at(-1);
    if (last === undefined || stopped) return;
    cursor = last.seq;
    deliver(events);
  }
  function appended(events: readonly RunEvent[]): void {
    // Own events that follow on need no reading; any others may have foreign ones before them.
    if (!reading && events[0]?.seq === cursor + 1) hand(events);
    else if ((events.at(-1)?.seq ?? 0) > cursor) void read();
  }
  function poll(): void {
    try {
      const present = projection.foreignChanges();
      if (present === mark) return;
      mark = present;
      void read();
    } catch (error) {
      onError(error);
    }
  }

  const stopAppended = projection.onAppend(appended);
  const timer = setInterval(poll, pollMs).unref();
  return {
    stop() {
      stopped = true;
      stopAppended();
      clearInterval(timer);
    },
  };
}
