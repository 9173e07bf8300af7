import type { Client } from '@temporalio/client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createCommandRunner } from '../../../src/api/command-runner.ts';
import { COMMAND_WAIT_MS_MAX } from '../../../src/core/limits.ts';
import type { Board } from '../../../src/core/ports/board.ts';
import type { Store } from '../../../src/core/ports/store.ts';

const CALLER = { channel: 'http', actor: 'ann' } as const;
const KEPT = { operation: 'move-task', bodyHash: 'hash', state: 'accepted', answer: null };

/** A server on which nothing ever ends, and the signals that end calls to it. */
function aSilentServer() {
  const signals: AbortSignal[] = [];
  const handle = { result: () => new Promise(() => {}), cancel: async () => undefined };
  const client = {
    workflow: { start: async () => handle },
    withAbortSignal<T>(signal: AbortSignal, call: () => Promise<T>) {
      signals.push(signal);
      return call();
    },
  } as unknown as Client;
  return { client, signals };
}

test('an accepted write leaves no call open at the server (design: writes)', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { client, signals } = aSilentServer();
  const records = { putText: async () => 'hash', keepKey: async () => KEPT, getKey: async () => KEPT };
  const run = createCommandRunner({
    project: 'shop',
    store: { records } as unknown as Store,
    board: {} as Board,
    guarded: (call) => call(client),
  });
  const answer = run({ operation: 'move-task', taskId: '1', targetQueue: 'Done' }, CALLER, 'key-1');
  await vi.advanceTimersByTimeAsync(COMMAND_WAIT_MS_MAX);
  expect(await answer).toMatchObject({ kind: 'accepted' });
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});
