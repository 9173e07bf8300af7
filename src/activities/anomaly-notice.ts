import { anomalyText, isAnomaly } from '../core/policy/audit/anomaly-text.ts';
import type { Notices } from '../core/ports/notices.ts';
import type { AuditEntry } from '../core/ports/store.ts';

/** Tells people of what in the audit trail may be an agent's doing (R-PROD-065). */
export function tellAnomalies(notices: Notices, changes: readonly AuditEntry[]): void {
  for (const change of changes.filter(isAnomaly)) {
    const body = `An agent may have done it: ${anomalyText(change)}. See: dispatch audit`;
    const key = `${change.action}/${change.at}`;
    void notices.raise({ kind: 'anomaly', key, subject: 'Kill switch released while agents run', body });
  }
}
