import type { ReadyTask } from '../schema/task.ts';
import type { AdmitRequest, WaitingTask } from './governor/state.ts';

type Order = AdmitRequest['order'];

/** A look may find thousands of tasks and starts a handful: only the first ones are placed. */
export interface Placing {
  readonly rank: number;
  readonly waiting: readonly WaitingTask[];
  readonly countMax: number;
}

/**
 * Places the first ready tasks of one queue in line, in board order. A task's index on the board shrinks with every task
 * taken off before it, so a newcomer is placed relative to its neighbours that are in line already.
 */
export function placeTasks(
  tasks: readonly ReadyTask[],
  { rank, waiting, countMax }: Placing,
): readonly { readonly task: ReadyTask; readonly order: Order }[] {
  const known = new Map(
    waiting.filter(({ order }) => order[0] === rank).map(({ taskId, order }) => [taskId, order[1]]),
  );
  const first = tasks.slice(0, countMax);
  const following = nextKnown(tasks, first.length, known);
  let before: number | null = null;
  return first.map((task, index) => {
    const position: number =
      task.place ?? known.get(task.id) ?? between(before, following[index] ?? null, index);
    before = before === null ? position : Math.max(before, position);
    return { task, order: [rank, position] as const };
  });
}

/** For each of the first tasks the position of the next one behind it that is in line. */
function nextKnown(
  tasks: readonly ReadyTask[],
  count: number,
  known: ReadonlyMap<string, number>,
): readonly (number | null)[] {
  const following: (number | null)[] = [];
  let next = known.size === 0 ? null : firstKnown(tasks, count, known);
  for (let index = count - 1; index >= 0; index -= 1) {
    following[index] = next;
    next = known.get(tasks[index]?.id ?? '') ?? next;
  }
  return following;
}

function firstKnown(
  tasks: readonly ReadyTask[],
  from: number,
  known: ReadonlyMap<string, number>,
): number | null {
  for (let index = from; index < tasks.length; index += 1) {
    const position = known.get(tasks[index]?.id ?? '');
    if (position !== undefined) return position;
  }
  return null;
}

function between(before: number | null, after: number | null, index: number): number {
  if (before === null) return after === null ? index : after - 1;
  if (after === null) return before + 1;
  return after > before ? (before + after) / 2 : before;
}
