import { isoSeconds } from '../notices/iso-seconds.ts';

/** How a task of a ledger ended, and whether one was filed from it. */
export interface Ending {
  readonly taskId: string;
  readonly role: string;
  readonly title: string;
  readonly status: 'done' | 'failed' | 'escalated' | 'killed';
  /** Epoch milliseconds. */
  readonly at: number;
  readonly filed: boolean;
}

/** A task after which nothing came, with what its role did after others. */
export interface StalledTask extends Omit<Ending, 'filed'> {
  /** After so many of the role's other tasks something was filed. */
  readonly usually: { readonly filed: number; readonly of: number };
}

/** Fewer than this are no habit. */
const FILED_MIN = 2;
const USUAL_SHARE = 0.5;
const NAMED_MAX = 3;
const TITLE_LENGTH_MAX = 100;

/**
 * Where work ended: of each role that usually files what comes next its last task, when nothing was filed from that;
 * else the last task of all from which nothing was. The latest first (R-PROD-046).
 */
export function findStall(endings: readonly Ending[]): readonly StalledTask[] {
  const newestFirst = endings.toSorted((a, b) => b.at - a.at);
  const lastOfRole = [...new Map(newestFirst.toReversed().map((one) => [one.role, one])).values()];
  const silent = lastOfRole
    .filter(({ filed }) => !filed)
    .map((one) => stalled(one, newestFirst))
    .filter(({ usually: { filed, of } }) => filed >= FILED_MIN && filed >= of * USUAL_SHARE)
    .toSorted((a, b) => b.at - a.at);
  if (silent.length > 0) return silent.slice(0, NAMED_MAX);
  const last = newestFirst.find(({ filed }) => !filed);
  return last === undefined ? [] : [stalled(last, newestFirst)];
}

function stalled({ filed: _, ...ending }: Ending, endings: readonly Ending[]): StalledTask {
  const others = endings.filter(
    ({ role, taskId, status }) => role === ending.role && taskId !== ending.taskId && status === 'done',
  );
  const title = ending.title.replaceAll(/\s+/g, ' ').trim().slice(0, TITLE_LENGTH_MAX);
  return {
    ...ending,
    title,
    usually: { filed: others.filter(({ filed }) => filed).length, of: others.length },
  };
}

/** `code, T1 "Fix the cart", done at 2026-11-21T02:00:00Z; it filed tasks after 5 of its 6 others` */
export function stallText({ role, taskId, title, status, at, usually: { filed, of } }: StalledTask): string {
  const habit = of === 0 ? 'its only task' : `it filed tasks after ${filed} of its ${of} others`;
  return `${role}, ${taskId} "${title}", ${status} at ${isoSeconds(at)}; ${habit}`;
}
