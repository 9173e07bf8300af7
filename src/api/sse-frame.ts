import type { RunEvent } from '../core/schema/run-event.ts';
import { wireEvent } from './wire/event.ts';

/** A stored event as it stands on the wire (R-ART-092, R-ART-093); JSON keeps the data on one line. */
export function frameOf(event: RunEvent): Buffer {
  const { seq, type } = event;
  return Buffer.from(`id: ${seq}\nevent: ${type}\ndata: ${JSON.stringify(wireEvent(event))}\n\n`);
}

/** Keeps proxies and clients from giving up; carries no event. */
export const HEARTBEAT = Buffer.from(': still here\n\n');

/** Tells a client that it was too slow: what it has is complete up to its last id, it may ask again from there. */
export function resyncFrame(lastSeq: number): Buffer {
  return Buffer.from(`event: resync\ndata: ${JSON.stringify({ last_seq: lastSeq })}\n\n`);
}
