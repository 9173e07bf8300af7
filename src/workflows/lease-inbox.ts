import { setHandler } from '@temporalio/workflow';
import * as messages from './messages.ts';

/** Somebody wants this work stopped. */
export interface CancelRequest {
  readonly by: string;
  readonly reason: string;
  /** Host that runs it, told directly beside the heartbeat. */
  readonly hostId?: string | null;
}

/** What Signals have told whoever asks for slots. */
export interface LeaseInbox {
  readonly grants: Map<string, messages.GrantNews>;
  /** Admissions that were turned away while they waited, with the reason. */
  readonly refusals: Map<string, string>;
  /** Somebody noticed the work and not its place in line: ask again. */
  recheck: boolean;
  /** A question of its last run was answered. */
  answered: boolean;
  cancel: CancelRequest | null;
}

/** A cancel request of Temporal's own (Web UI, command line) means what ours means. */
export const CANCELLED_IN_TEMPORAL = { by: 'an operator', reason: 'cancelled in Temporal' } as const;

/** Registers the handlers of the governor's answers and of a cancel; before the first await of a workflow. */
export function receiveLeases(cancel: CancelRequest | null): LeaseInbox {
  const inbox: LeaseInbox = {
    grants: new Map(),
    refusals: new Map(),
    recheck: false,
    answered: false,
    cancel,
  };
  setHandler(messages.grantedSignal, (news) => void inbox.grants.set(news.leaseId, news));
  setHandler(
    messages.refusedSignal,
    ({ leaseId, blocked }) => void inbox.refusals.set(leaseId, blocked.text),
  );
  setHandler(messages.recheckSignal, () => {
    inbox.recheck = true;
  });
  setHandler(messages.answeredSignal, () => {
    inbox.answered = true;
  });
  setHandler(messages.cancelTaskSignal, (request) => {
    inbox.cancel = request;
  });
  return inbox;
}
