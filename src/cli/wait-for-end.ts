import type { Stop } from './io.ts';

/** Waits until a person or the system says stop, or until one of the parts fails. */
export async function waitForEnd({ signal }: Stop, failures: readonly Promise<never>[]): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([stopped, ...failures]);
}
