import { escalateUnknownRoles } from './activities/escalate-unknown.ts';
import type { Project } from './compose.ts';
import type { FileBrake } from './compose-brake.ts';
import { messageOf } from './core/errors.ts';
import { LIST_PAGE_MAX } from './core/limits.ts';
import type { Caller } from './core/ports/control.ts';
import { NEXT_PASS } from './core/schema/run-record.ts';
import { type PassEnd, type PassPorts, runPass } from './poller/pass.ts';

const CALLER: Caller = { channel: 'cli', actor: 'dispatch' };

/** What a pass is held to: when to stop, and which tasks are meant. */
export type PassAsked = Pick<PassPorts, 'stop' | 'only'>;

/** One pass over what is ready now; tasks that nobody here works on count as given to people (R-PROD-036, R-PROD-080). */
export async function passOf(
  { context, looker, log, settings }: Project,
  brake: Pick<FileBrake, 'brakeHolds'>,
  asked: PassAsked,
): Promise<PassEnd> {
  const { board, routes, store, control } = context;
  const isWhole = asked.only === null && !brake.brakeHolds();
  const given = isWhole ? await escalateUnknownRoles({ ...context, settings, log }) : 0;
  const end = await runPass({
    ...{ board, routes, log, ...asked, records: store.records, brakeHolds: () => brake.brakeHolds() },
    ...{ governor: looker.governor, starter: looker.starter, open: looker.open },
    retryNow: async (taskId) => void (await control.retryTask(taskId, CALLER)),
  });
  return { ...end, dispatched: end.dispatched + given, escalated: end.escalated + given };
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
