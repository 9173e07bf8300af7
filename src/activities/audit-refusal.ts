import type { TaskId } from '../core/ids.ts';
import type { Blocked } from '../core/policy/governor/state.ts';
import { utcDay } from '../core/policy/money/utc-day.ts';
import type { Records } from '../core/ports/store.ts';

/** Notes in the trail that money keeps a task back, once a task and UTC day however often it asks (R-PROD-049). */
export async function auditRefusal(
  records: Pick<Records, 'appendAuditOnce'>,
  taskId: TaskId,
  { code, text }: Pick<Blocked, 'code' | 'text'>,
): Promise<void> {
  if (code !== 'budget') return;
  const at = Date.now();
  await records.appendAuditOnce(`budget-refused/${taskId}/${utcDay(at)}`, {
    ...{ channel: 'auto', actor: 'governor', at },
    ...{ action: 'budget-refused', subject: taskId, detail: { reason: text } },
  });
}
