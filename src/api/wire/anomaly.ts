import { z } from 'zod';
import type { AuditRow } from '../../core/ports/store.ts';
import { isoTime } from './time.ts';

/** A line of the audit trail that somebody should look at. */
export const WireAnomaly = z.strictObject({
  /** Its number in the trail. */
  seq: z.int(),
  at: z.string(),
  code: z.string(),
  text: z.string(),
});

export const wireAnomaly = ({ seq, at, action, actor, channel, detail }: AuditRow) => ({
  ...{ seq, at: isoTime(at), code: action },
  text: `the kill switch was released by ${actor} (${channel}) while ${detail.running} agents were running`,
});
