import type { z } from 'zod';
import { RunEvent } from '../../core/schema/run-event.ts';

/** An event on the wire: events of a route's run have no `job_id` (R-ART-093, R-SYS-024). */
export const WireEvent = RunEvent.extend({ job_id: RunEvent.shape.job_id.unwrap().optional() });
export type WireEvent = z.infer<typeof WireEvent>;

/** A stored event as the wire shows it. */
export function wireEvent({ job_id, ...event }: RunEvent): WireEvent {
  return job_id === null ? event : { ...event, job_id };
}
