import { KILL_GRACE_MS } from '../../core/limits.ts';

/** How long an interrupt may take before it is repeated as TERM. */
const INT_GRACE_MS = 2_000;

/** One rung: this signal, so long after the stop began. */
export interface SignalStep {
  readonly signal: NodeJS.Signals;
  readonly atMs: number;
}

/** TERM, five seconds, KILL: the promise to every command (R-ART-054). */
export const COMMAND_LADDER: readonly SignalStep[] = [
  { signal: 'SIGTERM', atMs: 0 },
  { signal: 'SIGKILL', atMs: KILL_GRACE_MS },
];

/** Claude Code ends cleanly on INT: it stops its tools and tells its cost before it goes. */
export const CLAUDE_LADDER: readonly SignalStep[] = [
  { signal: 'SIGINT', atMs: 0 },
  { signal: 'SIGTERM', atMs: INT_GRACE_MS },
  { signal: 'SIGKILL', atMs: KILL_GRACE_MS },
];

/** KILL at once. */
export const KILL_LADDER: readonly SignalStep[] = [{ signal: 'SIGKILL', atMs: 0 }];

/**
 * Sends the steps in time, then calls `exhausted` after `patienceMs` more. A stopped process acts on nothing until it
 * continues, so each signal is followed by CONT. Answers the function that calls it off.
 */
export function climb(
  steps: readonly SignalStep[],
  {
    send,
    patienceMs,
    exhausted,
  }: { send(signal: NodeJS.Signals): void; patienceMs: number; exhausted(): void },
): () => void {
  const fire = ({ signal }: SignalStep) => {
    send(signal);
    send('SIGCONT');
  };
  const timers = steps.filter(({ atMs }) => atMs > 0).map((step) => setTimeout(fire, step.atMs, step));
  const last = Math.max(0, ...steps.map(({ atMs }) => atMs));
  timers.push(setTimeout(exhausted, last + patienceMs));
  steps.filter(({ atMs }) => atMs <= 0).forEach(fire);
  return () => {
    for (const timer of timers) clearTimeout(timer);
  };
}
