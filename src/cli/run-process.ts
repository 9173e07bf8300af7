import { createStopOrders } from '../core/policy/stop-order.ts';
import type { CliIo } from './io.ts';

const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** A command line, and what ends this process. */
export interface ProcessParts {
  readonly run: (argv: readonly string[], io: CliIo) => Promise<number>;
  readonly exit: (exitCode: number) => never;
}

/** Runs a command line as this process: its signals, streams and environment; the process ends with its exit code. */
export async function runProcess({ run, exit }: ProcessParts): Promise<never> {
  const stop = new AbortController();
  const unread = new AbortController();
  const again = new AbortController();
  let patient = false;
  const orderOf = createStopOrders();
  let takenOver = false;

  for (const [signal, exitCode] of Object.entries(SIGNAL_EXIT_CODES)) {
    process.on(signal, () => {
      const order = takenOver ? orderOf() : 'at-once';
      if (order === 'echo') return;
      if (order === 'at-once' && patient && !again.signal.aborted) {
        again.abort(signal);
        return;
      }
      if (order === 'at-once') {
        // A picture drawn in place may have hidden it.
        if (process.stdout.isTTY) process.stdout.write('\u001b[?25h');
        exit(exitCode);
      }
      stop.abort(signal);
    });
  }
  // `dispatch … | head` closes our output early: that is no error.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      unread.abort();
    });
  }

  const exitCode = await run(process.argv.slice(2), {
    ...{ stdin: process.stdin, stdout: process.stdout, stderr: process.stderr },
    ...{ env: process.env, cwd: process.cwd() },
    stop: {
      signal: stop.signal,
      unread: unread.signal,
      again: again.signal,
      takeOver(seconds = 'second-ends') {
        takenOver = true;
        patient = seconds === 'second-is-mine';
      },
    },
  });
  return exit(exitCode);
}
