import { AppError, errorPolicy, messageOf } from '../core/errors.ts';
import { HOST_TROUBLE_PAUSE_MS } from '../core/limits.ts';
import { isStopReason } from '../core/ports/agent.ts';
import type { AgentOutcome } from '../core/schema/agent-outcome.ts';

/**
 * The ending of a run that threw before an agent was there. A board or disk that is away for a while is not the task's
 * fault and costs no retry (R-ART-062); the pause keeps the task from being taken up and put back all the time.
 */
export async function endingOfError(error: unknown, signal: AbortSignal): Promise<AgentOutcome> {
  const facts = { durationMs: 0, outputBytes: 0, tail: '' };
  if (error instanceof AppError && errorPolicy(error.code).retryable) {
    await pause(HOST_TROUBLE_PAUSE_MS, signal);
    const { reason } = signal;
    return { kind: 'stopped', by: isStopReason(reason) ? reason.stop : 'host', ...facts };
  }
  return { kind: 'failed', reason: `could not be run: ${messageOf(error)}`, retryable: true, ...facts };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, signal.aborted ? 0 : ms);
    signal.addEventListener('abort', done);
  });
}
