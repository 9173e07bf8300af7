import { setHandler } from '@temporalio/workflow';
import * as messages from './messages.ts';

/** What Signals have told this task so far. */
export interface Inbox {
  readonly grants: Map<string, number>;
  /** Admissions that were turned away while they waited, with the reason. */
  readonly refusals: Map<string, string>;
  recheck: boolean;
  retryNow: boolean;
  cancel: messages.CancelTaskRequest | null;
}

/** A cancel request of Temporal's own (Web UI, command line) means what ours means. */
export const CANCELLED_IN_TEMPORAL = { by: 'an operator', reason: 'cancelled in Temporal' } as const;

/** Registers every handler of a task; `cancel` was told to the Workflow Run before. */
export function receive(cancel: messages.CancelTaskRequest | null): Inbox {
  const inbox: Inbox = {
    grants: new Map(),
    refusals: new Map(),
    recheck: false,
    retryNow: false,
    cancel,
  };
  setHandler(messages.grantedSignal, ({ leaseId, epoch }) => void inbox.grants.set(leaseId, epoch));
  setHandler(
    messages.refusedSignal,
    ({ leaseId, blocked }) => void inbox.refusals.set(leaseId, blocked.text),
  );
  setHandler(messages.recheckSignal, () => {
    inbox.recheck = true;
  });
  setHandler(messages.retryNowSignal, () => {
    inbox.retryNow = true;
  });
  setHandler(messages.cancelTaskSignal, (request) => {
    inbox.cancel = request;
  });
  return inbox;
}
