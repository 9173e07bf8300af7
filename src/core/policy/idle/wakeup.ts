import type { LedgerRow, WakeupResult } from '../../ports/ledger-journal.ts';
import type { NewNotice } from '../../ports/notices.ts';
import type { NotificationSettings } from '../../schema/notification-settings.ts';

/** The role that looks for work when there is none (R-PROD-013). */
export const WAKEUP_ROLE = 'wakeup';

/** May a wake-up be filed now? Not before the cooldown is over, nor after so many that found nothing (R-PROD-101). */
export function mayWakeUp(
  {
    last,
    consecutiveDone,
  }: { readonly last: Pick<LedgerRow, 'at'> | null; readonly consecutiveDone: number },
  { cooldownSeconds, consecutiveDoneMax }: NotificationSettings['wakeup'],
  now: number,
): boolean {
  if (last !== null && now - last.at < cooldownSeconds * 1000) return false;
  return consecutiveDone < consecutiveDoneMax;
}

const SUPPRESSED =
  '\n\nWake-up suppressed until you queue something or toggle the kill switch — both reset the counter.';

/** What came of a wake-up, for the ledger and for people (R-PROD-102). */
export function wakeupVerdict({ taskId, tasksQueued, text }: WakeupResult, saturated: boolean) {
  const verdict = tasksQueued > 0 ? 'queued' : 'done';
  const summary = verdict === 'queued' ? `Kicked off ${tasksQueued} task(s)` : 'Goals appear met';
  const said = text.trim() === '' ? '(no text returned)' : text.trim();
  const notice: NewNotice = {
    ...{ kind: 'wake-up', key: `wake-up/${taskId}`, subject: `[Wake-up] ${summary}` },
    body: `${said}${saturated && verdict === 'done' ? SUPPRESSED : ''}`,
  };
  return { notice, detail: { task_id: taskId, verdict, tasks_queued: tasksQueued } };
}
