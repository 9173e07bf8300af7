import { EVENT_SEQS_RESERVED } from '../../core/limits.ts';
import type { Connection } from './connection.ts';
import { createCounter } from './counters.ts';
import type { Database } from './database.ts';

/** Gives events their numbers. */
export interface EventNumbers {
  /** Inside a transaction: the first of `count` numbers; null = call `promise` and try again. */
  take(connection: Connection, count: number): number | null;
  promise(count: number): Promise<void>;
}

/**
 * The counter lives beside the events. The records hold a promise that runs ahead of it, so that a projection
 * that was lost and rebuilt begins above every number ever given out.
 */
export function createEventNumbers(project: string, recordsDatabase: Database): EventNumbers {
  const counter = createCounter(project, 'events');
  const promises = createCounter(project, 'events-promised');
  let promised = 0;
  /** Where an empty projection begins. */
  let floor = 0;
  let lastSeen = 0;

  return {
    take(connection, count) {
      const present = counter.read(connection);
      const last = present === 0 ? floor : present;
      if (last + count > promised) {
        lastSeen = last;
        return null;
      }
      if (present === 0) counter.raise(connection, last);
      // From now on an empty projection means that it was lost while this process ran.
      floor = promised;
      return counter.add(connection, count) - count + 1;
    },

    async promise(count) {
      await recordsDatabase.write((connection) => {
        const kept = promises.read(connection);
        if (promised === 0) floor = kept;
        const needed = Math.max(lastSeen, floor) + count;
        promised = kept >= needed ? kept : needed + EVENT_SEQS_RESERVED;
        if (promised > kept) promises.raise(connection, promised);
      });
    },
  };
}
