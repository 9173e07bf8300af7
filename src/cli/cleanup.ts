import { createUndo, type Undo } from '../core/undo.ts';

/** What a command has started, ended when it is over. */
export type Cleanup = Undo;

/** Does the work and then undoes what it added, however it ended; the work's own error wins. */
export async function withCleanup<Answer>(work: (cleanup: Cleanup) => Promise<Answer>): Promise<Answer> {
  const cleanup = createUndo();
  let answer: Answer;
  try {
    answer = await work(cleanup);
  } catch (error) {
    await cleanup.run().catch(() => undefined);
    throw error;
  }
  await cleanup.run();
  return answer;
}
