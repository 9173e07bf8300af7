import { setHandler } from '@temporalio/workflow';
import { type CancelRequest, type LeaseInbox, receiveLeases } from './lease-inbox.ts';
import * as messages from './messages.ts';

/** What Signals have told this task so far. */
export interface Inbox extends LeaseInbox {
  retryNow: boolean;
}

/** Registers every handler of a task; `cancel` was told to the Workflow Run before. */
export function receive(cancel: CancelRequest | null): Inbox {
  const inbox: Inbox = Object.assign(receiveLeases(cancel), { retryNow: false });
  setHandler(messages.retryNowSignal, () => {
    inbox.retryNow = true;
  });
  return inbox;
}
