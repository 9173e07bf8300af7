const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The first signal asks for an orderly stop; the second ends the process at once (R-ART-015). */
export function onStopSignals(stop: (signal: string) => void): () => void {
  let asked = false;
  const release = () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    if (!asked) {
      asked = true;
      stop(signal);
      return;
    }
    // With our listener gone the signal does what it does to any program.
    release();
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return release;
}
