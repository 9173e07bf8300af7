import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
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
    // Said of Workers that are for activities on purpose.
    if (message.startsWith('No workflows registered')) return;
    const facts = { ...meta };
    if (level === 'ERROR') log.error(facts, message);
    else log.warn(facts, message);
  });
  // Unforwarded, the native part would write its warnings to standard output, among our data.
  const logging = { filter: makeTelemetryFilterString({ core: 'WARN' }), forward: {} };
  Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging } });
}
