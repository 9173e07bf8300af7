import { z } from 'zod';
import { anomalyText } from '../../core/policy/audit/anomaly-text.ts';
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

export const wireAnomaly = (row: AuditRow) => ({
  ...{ seq: row.seq, at: isoTime(row.at), code: row.action, text: anomalyText(row) },
});
