import type { RunEvent } from '../schema/run-event.ts';

/** Gets new events in the order of their numbers, at most one page at a time; must neither block nor throw. */
export type EventListener = (events: readonly RunEvent[]) => void;

/**
 * New events of a project as they are stored, by this process or another: one reader, many listeners
 * (R-ART-095). To replay without a gap: subscribe, then list what is stored, then skip numbers already seen.
 */
export interface EventTail {
  /** Answers the way to stop. Throws `too-many-requests` above `SSE_CLIENTS_MAX` listeners. */
  subscribe(listener: EventListener): () => void;
  close(): void;
}
