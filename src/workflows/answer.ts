import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { QuestionLook, RunEnding } from '../core/schema/task-flow.ts';
import { CANCELLED_IN_TEMPORAL, type LeaseInbox } from './lease-inbox.ts';

/** Work whose agent has asked a person something. */
export interface AwaitedAnswer {
  /** What has come of its questions; carries out what is due about them. */
  look(): Promise<QuestionLook>;
  readonly inbox: LeaseInbox;
  /** What it waits for, for people. */
  show(text: string): void;
}

type Heard = Exclude<QuestionLook, { kind: 'open' }> | { readonly kind: 'called-off' };

/**
 * Waits without a slot until everything it asked is answered, somebody calls it off, its task is moved, or nobody answers
 * in time. Looks when it is told to, and when a reminder or a default is due.
 */
export async function untilAnswered({ look, inbox, show }: AwaitedAnswer): Promise<Heard> {
  try {
    for (;;) {
      if (inbox.cancel !== null) return { kind: 'called-off' };
      inbox.answered = false;
      inbox.recheck = false;
      const seen = await CancellationScope.nonCancellable(look);
      if (seen.kind !== 'open') return seen;
      show(seen.text);
      await condition(() => inbox.answered || inbox.recheck || inbox.cancel !== null, seen.lookAgainMs);
    }
  } catch (error) {
    if (!isCancellation(error)) throw error;
    inbox.cancel ??= CANCELLED_IN_TEMPORAL;
    return { kind: 'called-off' };
  }
}

/** Nobody answered in time: what follows is what follows a failure that another try cannot mend. */
export const unanswered = (reason: string): RunEnding => ({
  ...{ kind: 'failed', reason, retryable: false, durationMs: 0, outputBytes: 0, tail: '' },
});
