import type { TaskState } from '../../schema/run-record.ts';

/** What the team is doing; `held`: only reasons that a person can end keep it from working. */
export type TeamKind = 'working' | 'waking' | 'braked' | 'starved' | 'held' | 'blocked' | 'idle';

/** What is seen of a project at one moment. */
export interface TeamFacts {
  readonly armed: boolean;
  /** Tasks that are neither settled nor unknown. */
  readonly tasks: readonly Pick<TaskState, 'taskId' | 'status' | 'blockedCode'>[];
  /** Tasks of runs that began since the last look, also of those that are over; null = of no task. */
  readonly ran: readonly (string | null)[];
  /** Calls of agents under way. */
  readonly openJobs: number;
  /** Tasks that the board gives out. */
  readonly ready: readonly string[];
  /** Tasks that it does not give out, because others come first. */
  readonly blocked: number;
  /** Tasks that were filed to find work. */
  readonly wakeups: ReadonlySet<string>;
}

/** Reasons to wait that end by a person's hand, a new day or a higher cap, not by other work. */
const HELD: ReadonlySet<string> = new Set(['budget', 'paused', 'breaker', 'usage-limit']);

/**
 * What the team is doing. Idle is only who has nothing to do and nothing under way (R-PROD-080); a wake-up's own run is
 * not the work it is looking for (R-PROD-077).
 */
export function teamKind(facts: TeamFacts): TeamKind {
  const { armed, tasks, ran, openJobs, ready, blocked, wakeups } = facts;
  if (armed) return 'braked';
  const isWakeupId = (taskId: string | null) => taskId !== null && wakeups.has(taskId);
  const isWakeup = ({ taskId }: TeamFacts['tasks'][number]) => isWakeupId(taskId);
  const underWay = tasks.filter(({ status }) => status === 'claimed' || status === 'running');
  const retrying = tasks.some(({ status }) => status === 'retrying');
  const isWork = !underWay.every(isWakeup) || !ran.every(isWakeupId);
  if (retrying || openJobs > 0 || isWork) return 'working';
  if (underWay.length > 0 || ran.length > 0) return 'waking';
  const waiting = tasks.filter(({ status }) => status === 'waiting');
  const isWakeupAlone = waiting.every(isWakeup) && ready.every(isWakeupId);
  if (waiting.length > 0 || ready.length > 0) return whyWaiting(waiting, isWakeupAlone);
  return blocked > 0 || tasks.some(({ status }) => status === 'asking') ? 'blocked' : 'idle';
}

function whyWaiting(waiting: TeamFacts['tasks'], isWakeupAlone: boolean): TeamKind {
  const codes = waiting.map(({ blockedCode }) => blockedCode ?? '');
  if (codes.length > 0 && codes.every((code) => HELD.has(code)))
    return codes.includes('budget') ? 'starved' : 'held';
  // Ready and not asked for yet, or about to be granted: the next moment it runs.
  return isWakeupAlone ? 'waking' : 'working';
}
