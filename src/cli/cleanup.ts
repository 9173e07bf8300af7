/** Steps that undo what was done, run last first. */
export interface Cleanup {
  add(undo: () => Promise<void> | void): void;
  /** Every step is tried; the first error is thrown at the end. */
  run(): Promise<void>;
}

/** An empty list of steps. */
export function createCleanup(): Cleanup {
  const steps: (() => Promise<void> | void)[] = [];
  return {
    add: (undo) => void steps.push(undo),
    async run() {
      const errors: unknown[] = [];
      for (const undo of steps.splice(0).reverse()) {
        try {
          await undo();
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw errors[0];
    },
  };
}

/** Does the work and then undoes what it added, however it ended; the work's own error wins. */
export async function withCleanup<Answer>(work: (cleanup: Cleanup) => Promise<Answer>): Promise<Answer> {
  const cleanup = createCleanup();
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
