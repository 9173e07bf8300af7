import type { ReadyTask } from '../schema/task.ts';
import type { AdmitRequest, WaitingTask } from './governor/state.ts';

type Order = AdmitRequest['order'];

/**
 * Places the ready tasks of one queue in line, in board order. A task's index on the board shrinks with every task
 * taken off before it, so a newcomer is placed relative to its neighbours that are in line already.
 */
export function placeTasks(
  tasks: readonly ReadyTask[],
  rank: number,
  waiting: readonly WaitingTask[],
): readonly { readonly task: ReadyTask; readonly order: Order }[] {
  const known = new Map(
    waiting.filter(({ order }) => order[0] === rank).map(({ taskId, order }) => [taskId, order[1]]),
  );
  const following = nextKnown(tasks, known);
  let before: number | null = null;
  return tasks.map((task, index) => {
    const position: number = known.get(task.id) ?? between(before, following[index] ?? null, index);
    before = before === null ? position : Math.max(before, position);
    return { task, order: [rank, position] as const };
  });
}

/** For each task the position of the first one behind it that is in line. */
function nextKnown(
  tasks: readonly ReadyTask[],
  known: ReadonlyMap<string, number>,
): readonly (number | null)[] {
  const following: (number | null)[] = [];
  let next: number | null = null;
  for (let index = tasks.length - 1; index >= 0; index -= 1) {
    following[index] = next;
    next = known.get(tasks[index]?.id ?? '') ?? next;
  }
  return following;
}

function between(before: number | null, after: number | null, index: number): number {
  if (before === null) return after === null ? index : after - 1;
  if (after === null) return before + 1;
  return after > before ? (before + after) / 2 : before;
}
