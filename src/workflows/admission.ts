import { CancellationScope, condition, isCancellation, workflowInfo } from '@temporalio/workflow';
import { ADMISSION_RETRY_MS, ADMISSION_RETRY_MS_MAX } from '../core/limits.ts';
import type { BlockCode, Blocked } from '../core/policy/governor/state.ts';
import { grantOf } from '../core/policy/money/grant-of.ts';
import type { Grant } from '../core/policy/money/money-state.ts';
import { CANCELLED_IN_TEMPORAL, type LeaseInbox } from './lease-inbox.ts';
import { admissions } from './task-activities.ts';

/** The governor's answer as somebody who asks keeps it; `gone`: what asked is not wanted any more. */
export type Answered =
  | { readonly kind: 'gone' }
  | ({ readonly kind: 'granted'; readonly epoch: number } & Partial<Grant>)
  | { readonly kind: 'waiting'; readonly blocked: Blocked }
  | { readonly kind: 'refused'; readonly blocked: Blocked };

/** One admission: how it is asked for, and what happens while it is waited for. */
export interface Asking<Answer extends Answered> {
  readonly leaseId: string;
  readonly inbox: LeaseInbox;
  /** Decided together with something else before; null = ask. */
  readonly known: Answer | null;
  ask(): Promise<Answer>;
  /** What it waits for, for people. */
  show(text: string): void;
  /** Goes on in a fresh history when this one is long. */
  renew(): Promise<void>;
  /** Is being turned away for this reason the end? Otherwise it asks again, ever more rarely. */
  isFinal?(reason: Blocked): boolean;
  /** In line it asks again by itself after this long: a governor that was lost forgot its line (ms). */
  readonly reaskMs?: number;
}

/** Granted, with what the answer said beside it. */
export type Granted<Answer extends Answered> = {
  readonly kind: 'granted';
  readonly epoch: number;
  /** What it may spend and what is held for it; empty under a governor without a budget. */
  readonly grant: Partial<Grant>;
  readonly answer: Extract<Answer, { kind: 'granted' | 'waiting' }>;
};

/** How asking ended: `gone`, turned away for good, or called off (see `inbox.cancel`). */
export type Admitted<Answer extends Answered> =
  | Granted<Answer>
  | { readonly kind: 'gone' | 'called-off' }
  | Refused;

/** Turned away for good, and why. */
export interface Refused {
  readonly kind: 'refused';
  readonly reason: string;
  readonly code: BlockCode;
}

/**
 * Asks until granted. The one way a workflow comes to a slot; a place in line that will not be used is given back,
 * also while the workflow is being cancelled.
 */
export async function untilGranted<Answer extends Answered>(
  asking: Asking<Answer>,
): Promise<Admitted<Answer>> {
  const { inbox, leaseId } = asking;
  let { known } = asking;
  let asked = known !== null;
  try {
    for (let delayMs = ADMISSION_RETRY_MS; ; delayMs = Math.min(delayMs * 2, ADMISSION_RETRY_MS_MAX)) {
      if (inbox.cancel !== null) return { kind: 'called-off' };
      const answer: Answered & Answer = known ?? (await asking.ask());
      known = null;
      if (answer.kind === 'gone') {
        // Its place in line must not be granted to nobody.
        if (asked) await giveUp(leaseId);
        return { kind: 'gone' };
      }
      asked = true;
      if (answer.kind === 'granted') return granted(answer, answer);
      asking.show(answer.blocked.text);
      if (answer.kind === 'refused' && asking.isFinal?.(answer.blocked) === true)
        return { kind: 'refused', reason: answer.blocked.text, code: answer.blocked.code };
      if (answer.kind === 'waiting') {
        const heard = await inLine(asking, answer.blocked);
        if (heard.kind === 'granted') return granted(heard.news, answer);
        if (heard.kind === 'ask-again') {
          await renewInLine(asking);
          continue;
        }
        if (heard.kind === 'refused') return heard;
      }
      await condition(() => inbox.cancel !== null, delayMs);
      await asking.renew();
    }
  } catch (error) {
    if (!isCancellation(error)) throw error;
    inbox.cancel ??= CANCELLED_IN_TEMPORAL;
    return { kind: 'called-off' };
  }

  function granted(news: News, answer: unknown): Granted<Answer> {
    const { epoch } = news;
    return { kind: 'granted', epoch, grant: grantOf(news), answer: answer as Granted<Answer>['answer'] };
  }
}

/** The fresh history asks for a place of its own; the old one, given up, is granted to nobody. */
async function renewInLine({ inbox, leaseId, renew }: Asking<Answered>): Promise<void> {
  if (!workflowInfo().continueAsNewSuggested || inbox.cancel !== null) return;
  await giveUp(leaseId);
  await renew();
}

type News = { readonly epoch: number } & Partial<Grant>;

type Heard =
  | { readonly kind: 'granted'; readonly news: News }
  | { readonly kind: 'ask-again' | 'turned-away' }
  | Refused;

/** Waits in line for what the governor says. */
async function inLine<Answer extends Answered>(
  { inbox, leaseId, show, isFinal, reaskMs }: Asking<Answer>,
  blocked: Blocked,
): Promise<Heard> {
  inbox.recheck = false;
  const called = () => inbox.grants.has(leaseId) || inbox.refusals.has(leaseId) || inbox.cancel !== null;
  const heard = () => called() || inbox.recheck;
  await (reaskMs === undefined ? condition(heard) : condition(heard, reaskMs));
  const news = inbox.grants.get(leaseId);
  if (news !== undefined && inbox.cancel === null) return { kind: 'granted', news };
  // Somebody noticed the work and not its place in line: a governor that was lost forgot the line.
  if (!called()) return { kind: 'ask-again' };
  const reason = inbox.refusals.get(leaseId) ?? blocked.text;
  show(reason);
  const refused = inbox.refusals.delete(leaseId);
  if (refused && isFinal?.({ ...blocked, text: reason }) === true)
    return { kind: 'refused', reason, code: blocked.code };
  return { kind: 'turned-away' };
}

/** A lease that will not be used is always given back, even while this workflow is being cancelled. */
export function giveUp(leaseId: string, lookAgain = false): Promise<unknown> {
  return CancellationScope.nonCancellable(() => admissions.releaseLease({ leaseId, lookAgain }));
}
