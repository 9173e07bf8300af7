import { createStopOrders } from '../core/policy/stop-order.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The first signal asks for an orderly stop; the second ends the process at once (R-ART-015). */
export function onStopSignals(stop: (signal: string) => void): () => void {
  const orderOf = createStopOrders();
  const release = () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    const order = orderOf();
    if (order === 'in-order') stop(signal);
    if (order !== 'at-once') return;
    // With our listener gone the signal does what it does to any program.
    release();
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return release;
}
