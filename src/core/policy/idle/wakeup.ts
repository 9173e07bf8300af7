import type { LedgerRow, WakeupResult } from '../../ports/ledger-journal.ts';
import type { NewNotice } from '../../ports/notices.ts';
import type { NotificationSettings } from '../../schema/notification-settings.ts';

import type { Settings } from '../../schema/settings.ts';
import { isoSeconds } from '../notices/iso-seconds.ts';
import { type StalledTask, stallText } from './stall.ts';

/** The role that looks for work when there is none (R-PROD-013). */
export const WAKEUP_ROLE = 'wakeup';

/** Who is told to find work: the planner, else the role of that name; null = nobody. */
export const wokenRole = ({ planner, roles }: Pick<Settings, 'planner' | 'roles'>): string | null =>
  planner ?? (roles?.[WAKEUP_ROLE] === undefined ? null : WAKEUP_ROLE);

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

/** A task that is filed because there is none; whose run brings what comes next. */
export interface Wakeup {
  readonly role: string;
  readonly title: string;
  readonly description: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What has led to it. */
interface Lull {
  readonly idlePolls: number;
  /** Where work ended. */
  readonly stall: readonly StalledTask[];
}

/** The task of the role that is woken; title and payload are upstream's (R-PROD-101). */
const reviewTask = ({ idlePolls, stall }: Lull): Wakeup => ({
  role: WAKEUP_ROLE,
  title: 'Idle wake-up: review and re-queue',
  description: [
    `Nothing was left to do for ${idlePolls} polls in a row.`,
    'Look at what the project is for, at the ledger and at the code. If goals are open, file the tasks that lead there;',
    'they count as yours when you file them during this run. If all goals are met, say so and stop.',
    ...diagnosis(stall),
  ].join(' '),
  payload: { trigger: 'idle_threshold', idle_polls: idlePolls },
});

/** The task of the role that plans (R-PROD-046). */
const planningTask = (role: string, { idlePolls, stall }: Lull): Wakeup => ({
  role,
  title: 'Plan: nothing is left to do',
  description: [
    `Nothing was left to do for ${idlePolls} polls in a row. Plan what comes next and do none of it yourself: file one task`,
    'for each step, each for the role whose work it is, with what depends on what. They count as yours when you file',
    'them during this run. If all goals are met, say so and stop.',
    ...diagnosis(stall),
  ].join(' '),
  payload: {
    ...{ trigger: 'idle_threshold', idle_polls: idlePolls },
    stall: stall.map(({ taskId, role: of, title, status, at, usually }) => ({
      ...{ task_id: taskId, role: of, title, status, at: isoSeconds(at), usually },
    })),
  },
});

/** What is filed for the role that looks for work: `planner` where there is one, else `wakeup`. */
export const wakeupTask = (role: string, lull: Lull): Wakeup =>
  role === WAKEUP_ROLE ? reviewTask(lull) : planningTask(role, lull);

const diagnosis = (stall: readonly StalledTask[]): readonly string[] => {
  const tasks = stall.map((one) => `\n- ${stallText(one)}`).join('');
  return stall.length === 0
    ? []
    : [`\n\nThese were the last to end without filing a task, see what should have followed:${tasks}`];
};

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
