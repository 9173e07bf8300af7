import type { AuditEntry, Records } from '../core/ports/store.ts';

/** What a line of the trail that is written once needs of the records. */
export type OncePorts = Pick<Records, 'beginEffect' | 'finishEffect' | 'appendAudit'>;

/** Appends a line once under its key: the activities of a worker that is killed are carried out again by the next one. */
export async function auditOnce(records: OncePorts, key: string, entry: AuditEntry): Promise<void> {
  if ((await records.beginEffect(key)) === 'done') return;
  await records.appendAudit(entry);
  await records.finishEffect(key);
}
