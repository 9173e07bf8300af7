import type { IdleLook } from '../core/policy/idle/step-idle.ts';
import { mayWakeUp, wakeupVerdict } from '../core/policy/idle/wakeup.ts';
import type { Board } from '../core/ports/board.ts';
import type { Notices } from '../core/ports/notices.ts';
import type { Settings } from '../core/schema/settings.ts';

export interface WakeupPorts {
  readonly board: Pick<Board, 'journal'>;
  readonly notices: Notices;
  settings(): Settings;
  /** The role that is told to find work; null = there is none. */
  wokenRole(): string | null;
}

/** May the team be woken now, or is nobody woken here? (R-PROD-101) */
export async function wakeupChance(ports: WakeupPorts, now: number): Promise<IdleLook['wakeup']> {
  const { board, settings, wokenRole } = ports;
  const { wakeup } = settings().notifications;
  if (board.journal === undefined || !wakeup.enabled || wokenRole() === null) return 'off';
  const past = {
    last: await board.journal.last('idle_wakeup_dispatched'),
    consecutiveDone: await board.journal.consecutiveDone(),
  };
  return mayWakeUp(past, wakeup, now) ? 'may' : 'may-not';
}

/** Says what came of wake-ups that are done: in the ledger, and to people with what the agent said (R-PROD-102). */
export async function judgeWakeups({ board, notices, settings }: WakeupPorts): Promise<void> {
  const { journal } = board;
  if (journal === undefined) return;
  for (const result of await journal.unjudgedWakeups()) {
    const isDone = result.tasksQueued === 0;
    const doneInARow = (await journal.consecutiveDone()) + (isDone ? 1 : 0);
    const saturated = isDone && doneInARow >= settings().notifications.wakeup.consecutiveDoneMax;
    const { notice, detail } = wakeupVerdict(result, saturated);
    // First the notice, which is open once: noted first, a crash would keep it from ever being told.
    await notices.raise(notice);
    await journal.note({ action: 'idle_wakeup_verdict', detail, taskId: result.taskId });
  }
}
