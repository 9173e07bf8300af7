import type { AuditEntry } from '../../ports/store.ts';
import { DISARMED_WHILE_RUNNING } from './governor-changes.ts';

/** Should somebody look at this line (R-PROD-065)? */
export const isAnomaly = ({ action }: Pick<AuditEntry, 'action'>): boolean =>
  action === DISARMED_WHILE_RUNNING;

/** A sentence for people about such a line. */
export function anomalyText({ actor, channel, detail }: AuditEntry): string {
  const agents = detail.running === 1 ? 'an agent was' : `${detail.running} agents were`;
  return `the kill switch was released by ${actor} (${channel}) while ${agents} running`;
}
