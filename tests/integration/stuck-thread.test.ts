import { once } from 'node:events';
import { Worker as Thread } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { endWhenStuck } from '../../src/adapters/temporal/stuck-thread.ts';
import type { Log } from '../../src/core/ports/log.ts';

const LOOK_MS = 100;

function loud() {
  const errors: string[] = [];
  const log = {
    ...{ debug: () => undefined, info: () => undefined, warn: () => undefined },
    isLevelEnabled: () => false,
    error: (_facts: unknown, message: string) => void errors.push(message),
  } as unknown as Log;
  return { log, errors };
}

test('a thread in an endless loop is ended, so that its worker fails instead of standing still', async () => {
  const { log, errors } = loud();
  const thread = new Thread('for (;;);', { eval: true });
  const exit = once(thread, 'exit', { signal: AbortSignal.timeout(10_000) });
  endWhenStuck(thread, log, LOOK_MS);
  await exit;
  expect(errors).toEqual(['workflows stand still: their thread is ended']);
});

test('a thread that is idle, or busy and answers, is left alone', async () => {
  const { log, errors } = loud();
  const busy = `
    const { parentPort } = require('node:worker_threads');
    const end = performance.now() + ${10 * LOOK_MS};
    while (performance.now() < end) {
      const slice = performance.now() + ${LOOK_MS / 4};
      while (performance.now() < slice);
      parentPort.postMessage('answer');
    }
    parentPort.once('message', () => process.exit(7));
  `;
  const thread = new Thread(busy, { eval: true });
  const exit = once(thread, 'exit', { signal: AbortSignal.timeout(20_000) });
  endWhenStuck(thread, log, LOOK_MS);
  const idleTimer = setTimeout(() => thread.postMessage('end'), 16 * LOOK_MS);
  expect((await exit)[0]).toBe(7);
  clearTimeout(idleTimer);
  expect(errors).toEqual([]);
});
