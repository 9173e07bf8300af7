import type { Worker as Thread } from 'node:worker_threads';
import type { Log } from '../../core/ports/log.ts';

/** How often a thread is looked at (ms); the third look in a row without a sign of life ends it. */
const LOOK_MS = 3_000;
const SILENT_LOOKS_MAX = 3;

/**
 * Ends a thread that computes without ever answering: a workflow in an endless loop. Whoever uses the thread then
 * fails, which is seen, instead of standing still. Looks are counted, so that a sleeping machine does not count.
 */
export function endWhenStuck(thread: Thread, log: Log, lookMs = LOOK_MS): void {
  let answers = 0;
  let silentLooks = 0;
  let before = thread.performance.eventLoopUtilization();
  const timer = setInterval(() => {
    const { idle } = thread.performance.eventLoopUtilization(before);
    before = thread.performance.eventLoopUtilization();
    silentLooks = answers === 0 && idle === 0 ? silentLooks + 1 : 0;
    answers = 0;
    if (silentLooks < SILENT_LOOKS_MAX) return;
    log.error({ seconds: (silentLooks * lookMs) / 1000 }, 'workflows stand still: their thread is ended');
    clearInterval(timer);
    void thread.terminate();
  }, lookMs);
  timer.unref();
  thread.on('message', () => {
    answers += 1;
  });
  thread.once('exit', () => clearInterval(timer));
}
