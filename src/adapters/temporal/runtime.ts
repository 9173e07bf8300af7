import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { Log } from '../../core/ports/log.ts';

let installed = false;

/**
 * Gives the SDK our log, from warnings up, and keeps signals to ourselves: the order of a shutdown is decided by the
 * command, not by each worker.
 */
export function installRuntime(log: Log): void {
  if (installed) return;
  installed = true;
  const logger = new DefaultLogger('WARN', ({ level, message, meta }) => {
    const facts = { ...meta };
    if (level === 'ERROR') log.error(facts, message);
    else log.warn(facts, message);
  });
  Runtime.install({ logger, shutdownSignals: [] });
}
