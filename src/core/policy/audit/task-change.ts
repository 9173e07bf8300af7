import type { AuditEntry, ChangeNote } from '../../ports/store.ts';
import type { TaskState } from '../../schema/run-record.ts';
import { MACHINERY } from './by-whom.ts';

/** What of a task's record is a state of it; the rest only tells people how it stands. */
const FIELDS = ['status', 'token', 'retryCount', 'lostCount'] as const;

/** What was known of a task before; without a status nothing was. */
export type TaskBefore = Pick<
  TaskState,
  'token' | 'retryCount' | 'lostCount' | 'sourceQueue' | 'sessionId'
> & {
  readonly status: TaskState['status'] | null;
};

/** Can this patch be a line of the audit trail at all? */
export const mayMatter = (patch: Partial<TaskState>): boolean =>
  FIELDS.some((name) => patch[name] !== undefined);

/** The line of the audit trail for a write to a task's record; null when it changes nothing of its state. */
export function taskChange(
  before: TaskBefore,
  patch: Partial<TaskState> & Pick<TaskState, 'taskId'>,
  { at, note }: { readonly at: number; readonly note?: ChangeNote | undefined },
): AuditEntry | null {
  if (!FIELDS.some((name) => patch[name] !== undefined && patch[name] !== before[name])) return null;
  const status = patch.status ?? before.status ?? 'waiting';
  const { retryCount = before.retryCount, lostCount = before.lostCount } = patch;
  return {
    ...{ at, channel: note?.channel ?? MACHINERY.channel, actor: note?.actor ?? MACHINERY.actor },
    ...{ action: `task-${status}`, subject: patch.taskId },
    detail: {
      ...{ from: before.status, run_id: patch.token ?? before.token },
      queue: patch.sourceQueue ?? before.sourceQueue,
      ...(retryCount === 0 ? {} : { retries: retryCount }),
      ...(lostCount === 0 ? {} : { lost: lostCount }),
      ...(typeof patch.anomaly === 'string' ? { anomaly: patch.anomaly } : {}),
      ...note?.detail,
    },
  };
}
