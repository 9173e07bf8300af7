import type { OperationContext } from '../../api/operation.ts';
import type { RunRecord } from '../../core/schema/run-record.ts';
import { DONE, FAILED, type Scenario } from './scenarios.ts';

/** One task of the demo at one moment. */
export interface DemoTask extends Scenario {
  readonly id: string;
  readonly queueNow: string;
  readonly status: string;
  readonly running: RunRecord | null;
  readonly runCount: number;
  /** Milliseconds from the writing of the board to the first spawn; null = not yet. */
  readonly waitedMs: number | null;
  /** From the first spawn to the last end. */
  readonly tookMs: number | null;
  /** Settled in a queue nobody watches. */
  readonly isOver: boolean;
  /** It is over, and it ended as it should. */
  readonly isRight: boolean;
}

const SETTLED = new Set(['done', 'dead', 'stuck', 'cancelled']);
const RUNS_MAX = 1_000;

/** Where every task of the demo is now. */
export async function takePicture(
  { board, store }: Pick<OperationContext, 'board' | 'store'>,
  { tasks, since }: { tasks: readonly Scenario[]; since: number },
): Promise<readonly DemoTask[]> {
  const ids = tasks.map((_, index) => String(index + 1));
  const [states, runs, onBoard] = await Promise.all([
    store.records.listTaskStates({ taskIds: ids, limit: ids.length }),
    store.projection.listRuns({ limit: RUNS_MAX }),
    Promise.all(ids.map((id) => board.getTask(id))),
  ]);
  return tasks.map((task, index) => {
    const id = String(index + 1);
    const mine = runs.filter((run) => run.taskId === id).toReversed();
    const running = mine.find((run) => run.status === 'running') ?? null;
    const status = states.find((state) => state.taskId === id)?.status ?? 'idle';
    const queueNow = onBoard[index]?.queueName ?? '';
    const first = mine[0]?.spawnedAt ?? null;
    const last = mine.at(-1)?.endedAt ?? null;
    const isOver = running === null && SETTLED.has(status) && (queueNow === DONE || queueNow === FAILED);
    return {
      ...task,
      ...{ id, queueNow, status, running, isOver, runCount: mine.length },
      isRight: isOver && queueNow === task.endsIn && mine.length === task.runs,
      waitedMs: first === null ? null : Math.max(0, first - since),
      tookMs: first === null || last === null ? null : last - first,
    };
  });
}
