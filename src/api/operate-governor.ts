import type { SignalDefinition } from '@temporalio/common';
import { AppError } from '../core/errors.ts';
import { governorWorkflowId, type ProjectName } from '../core/ids.ts';
import { BRAKE_CONFIRM_MS_MAX } from '../core/limits.ts';
import type { GovernorState } from '../core/policy/governor/state.ts';
import { type Guarded, isNotFound } from './server-errors.ts';

export interface OperateParts {
  readonly project: ProjectName;
  readonly guarded: Guarded;
  startGovernor(): Promise<void>;
  readGovernor(): Promise<GovernorState | null>;
}

const SEEN_POLL_MS = 20;

/**
 * Sends an operator's wish as a Signal, which the server keeps even while no worker is up, and starts the governor
 * when nobody has. Answers the state once it shows the wish; null when nobody can say so yet.
 */
export function createOperate({ project, guarded, startGovernor, readGovernor }: OperateParts) {
  const send = <T>(signal: SignalDefinition<[T]>, request: T) =>
    guarded((client) => client.workflow.getHandle(governorWorkflowId(project)).signal(signal, request));

  return async <T>(
    signal: SignalDefinition<[T]>,
    request: T,
    shows: (state: GovernorState) => boolean,
  ): Promise<GovernorState | null> => {
    try {
      await send(signal, request);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await startGovernor();
      await send(signal, request);
    }
    return seenIn(readGovernor, shows);
  };
}

/** The state once it shows what is looked for; null = not in time. */
export async function seenIn(
  read: () => Promise<GovernorState | null>,
  shows: (state: GovernorState) => boolean,
): Promise<GovernorState | null> {
  const deadline = performance.now() + BRAKE_CONFIRM_MS_MAX;
  while (performance.now() < deadline) {
    const state = await within(read(), deadline - performance.now());
    if (state !== null && shows(state)) return state;
    await new Promise((resolve) => setTimeout(resolve, SEEN_POLL_MS));
  }
  return null;
}

/** A Query needs a worker; without one there is nobody to ask. */
export async function within(
  asked: Promise<GovernorState | null>,
  ms: number,
): Promise<GovernorState | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  const unreadable = (error: unknown) => {
    if (error instanceof AppError) return null;
    throw error;
  };
  try {
    return await Promise.race([asked.catch(unreadable), late]);
  } finally {
    clearTimeout(timer);
  }
}
