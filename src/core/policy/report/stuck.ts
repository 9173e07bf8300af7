import type { TaskState } from '../../schema/run-record.ts';
import type { DayFacts, ReportFacts } from './facts.ts';

/** Shorter than this nothing is stuck, whatever its timeout. */
const STUCK_MS_MIN = 60 * 60_000;
const MINUTE_MS = 60_000;

/** States of a task that something still works on. */
const ALIVE: ReadonlySet<TaskState['status']> = new Set([
  ...(['waiting', 'claimed', 'running', 'retrying', 'asking'] as const),
]);

interface Known {
  readonly at: number;
  /** Null = we know nothing of this task. */
  statusOf(taskId: string): TaskState['status'] | null;
  /** Null = its runs have no timeout. */
  timeoutSecondsOf(agent: string): number | null;
}

/** Tasks in progress that nothing works on, or for longer than their agent may take (R-PROD-075). */
export function stuckTasks(
  listed: DayFacts['inProgress']['listed'],
  { at, statusOf, timeoutSecondsOf }: Known,
): ReportFacts['stuck'] {
  return listed.flatMap(({ id, agent, since }) => {
    const status = statusOf(id);
    if (status === 'asking') return [];
    const aliveMs = since === null ? 0 : at - since;
    if (status === null || !ALIVE.has(status)) return { id, agent, minutes: null };
    const timeoutMs = (timeoutSecondsOf(agent) ?? 0) * 1000;
    const isLong = aliveMs > Math.max(timeoutMs, STUCK_MS_MIN);
    return isLong ? { id, agent, minutes: Math.floor(aliveMs / MINUTE_MS) } : [];
  });
}
