import type { Project } from './compose.ts';
import type { FileBrake } from './compose-brake.ts';
import { messageOf } from './core/errors.ts';
import { LIST_PAGE_MAX } from './core/limits.ts';
import type { Caller } from './core/ports/control.ts';
import { NEXT_PASS } from './core/schema/run-record.ts';
import { type PassEnd, runPass } from './poller/pass.ts';

const CALLER: Caller = { channel: 'cli', actor: 'dispatch' };

/** One pass over what is ready now. */
export function passOf(
  { context, looker, log }: Project,
  brake: Pick<FileBrake, 'brakeHolds'>,
  stop: AbortSignal,
): Promise<PassEnd> {
  const { board, routes, store, control } = context;
  return runPass({
    ...{ board, routes, log, stop, records: store.records, brakeHolds: () => brake.brakeHolds() },
    ...{ governor: looker.governor, starter: looker.starter, open: looker.open },
    retryNow: async (taskId) => void (await control.retryTask(taskId, CALLER)),
  });
}

/** A worker that stays goes on with what failed in a pass. */
export async function goOnAfterPass({ context, log }: Project): Promise<void> {
  const { store, control } = context;
  try {
    const retrying = await store.records.listTaskStates({ status: ['retrying'], limit: LIST_PAGE_MAX });
    for (const { taskId, blockedCode } of retrying) {
      if (blockedCode === NEXT_PASS) await control.retryTask(taskId, CALLER);
    }
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'tasks of an earlier pass not taken up');
  }
}
