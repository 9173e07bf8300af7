import { enableCompileCache } from 'node:module';

// Before anything else is loaded: the second start is then markedly quicker.
enableCompileCache?.();
const { runCli } = await import('./run-cli.ts');
const { createStopOrders } = await import('../core/policy/stop-order.ts');

const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const stop = new AbortController();
const unread = new AbortController();
const orderOf = createStopOrders();
let takenOver = false;

for (const [signal, exitCode] of Object.entries(SIGNAL_EXIT_CODES)) {
  process.on(signal, () => {
    const order = takenOver ? orderOf() : 'at-once';
    if (order === 'echo') return;
    if (order === 'at-once') {
      // A picture drawn in place may have hidden it.
      if (process.stdout.isTTY) process.stdout.write('\u001b[?25h');
      process.exit(exitCode);
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

process.exit(
  await runCli(process.argv.slice(2), {
    ...{ stdin: process.stdin, stdout: process.stdout, stderr: process.stderr },
    ...{ env: process.env, cwd: process.cwd() },
    stop: {
      signal: stop.signal,
      unread: unread.signal,
      takeOver() {
        takenOver = true;
      },
    },
  }),
);
