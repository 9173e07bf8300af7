import { EXTERNAL_MOVE_CHECK_MS, EXTERNAL_MOVE_GRACE_MS } from '../core/limits.ts';
import type { Board } from '../core/ports/board.ts';

/** What is followed, and who is told. */
export interface FollowedTask {
  readonly taskId: string;
  readonly inProgressQueue: string;
  stop(): void;
}

/**
 * Ends a run whose task somebody took out of the in-progress queue (R-ART-036, policy `cancel`). An agent that moved
 * its own task gets a grace to end by itself.
 */
export function followExternalMove(
  board: Board,
  { taskId, inProgressQueue, stop }: FollowedTask,
): () => void {
  let awaySince: number | null = null;
  let asking = false;
  const look = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    try {
      const away = (await board.getTask(taskId)).queueName !== inProgressQueue;
      const now = performance.now();
      awaySince = away ? (awaySince ?? now) : null;
      if (awaySince !== null && now - awaySince >= EXTERNAL_MOVE_GRACE_MS) stop();
    } catch {
      // A board that cannot be read says nothing about where the task is.
    } finally {
      asking = false;
    }
  };
  const timer = setInterval(() => void look(), EXTERNAL_MOVE_CHECK_MS);
  return () => clearInterval(timer);
}
