import { createStopOrders } from '../../core/policy/stop-order.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The wish that a producer stops, in two steps. */
export interface ProducerStop {
  /** Aborts with the first wish. */
  readonly signal: AbortSignal;
  readonly asked: Promise<void>;
  /** With the second one, what runs is ended, too. */
  readonly askedAgain: Promise<void>;
  ask(): void;
  /** Takes SIGINT and SIGTERM as wishes until the answer is called; echoes of a signal count once. */
  onSignals(): () => void;
}

/** Nobody has asked yet. */
export function createProducerStop(): ProducerStop {
  const first = new AbortController();
  const second = new AbortController();
  const ask = () => (first.signal.aborted ? second : first).abort();
  return {
    ...{ signal: first.signal, ask, asked: aborted(first.signal), askedAgain: aborted(second.signal) },
    onSignals() {
      const orderOf = createStopOrders();
      const onSignal = () => {
        if (orderOf() !== 'echo') ask();
      };
      for (const name of SIGNALS) process.on(name, onSignal);
      return () => {
        for (const name of SIGNALS) process.off(name, onSignal);
      };
    },
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
