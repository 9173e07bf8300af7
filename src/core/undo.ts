/** Steps that end what was started, run last first. */
export interface Undo {
  add(step: () => Promise<void> | void): void;
  /** Every step is tried; the first error is thrown at the end. */
  run(): Promise<void>;
}

/** An empty list of steps. */
export function createUndo(): Undo {
  const steps: (() => Promise<void> | void)[] = [];
  return {
    add: (step) => void steps.push(step),
    async run() {
      const errors: unknown[] = [];
      for (const step of steps.splice(0).reverse()) {
        try {
          await step();
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw errors[0];
    },
  };
}
