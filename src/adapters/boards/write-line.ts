import { setImmediate as nextTick } from 'node:timers/promises';

/** How one piece of work ended. */
export type Ending<R> = { readonly value: R } | { readonly error: unknown };

/** Work waiting for its turn, done in order, together with what else waits. */
export interface WriteLine<W, R> {
  add(work: W): Promise<R>;
  /** Waits until nothing is left to do. */
  idle(): Promise<void>;
}

interface Waiting<W, R> {
  readonly work: W;
  readonly resolve: (value: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects work while the last batch is under way and hands it over as one batch, in order, at most `batchMax`
 * at once. A batch that throws fails all its work.
 */
export function createWriteLine<W, R>({
  run,
  batchMax,
}: {
  run: (batch: readonly W[]) => Promise<readonly Ending<R>[]>;
  batchMax: number;
}): WriteLine<W, R> {
  const waiting: Waiting<W, R>[] = [];
  let draining: Promise<void> | null = null;

  const runBatch = async (batch: readonly Waiting<W, R>[]): Promise<void> => {
    try {
      const endings = await run(batch.map(({ work }) => work));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const ending = endings[index] ?? { error: new Error('the batch gave no answer for this work') };
        if ('error' in ending) reject(ending.error);
        else resolve(ending.value);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  const drain = async (): Promise<void> => {
    // What is added in the same tick joins the first batch.
    await Promise.resolve();
    while (waiting.length > 0) {
      await runBatch(waiting.splice(0, batchMax));
      // A gap in which another process can get the lock.
      if (waiting.length > 0) await nextTick();
    }
    draining = null;
  };

  return {
    add: (work) =>
      new Promise((resolve, reject) => {
        waiting.push({ work, resolve, reject });
        draining ??= drain();
      }),
    async idle() {
      await draining;
    },
  };
}
