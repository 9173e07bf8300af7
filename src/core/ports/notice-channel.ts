import type { NoticeKind, NoticePriority } from '../schema/notice.ts';

/** What a message says. */
export interface NoticeText {
  readonly kind: NoticeKind | 'digest';
  readonly subject: string;
  readonly body: string;
  readonly priority: NoticePriority;
  /** Joined by commas. */
  readonly tags: string;
}

/** A message on its way: a try after a crash bears the same id, so that a receiver can tell. */
export interface OutgoingNotice extends NoticeText {
  readonly messageId: string;
  readonly noticeIds: readonly string[];
  /** Epoch milliseconds of this try. */
  readonly at: number;
}

/** Null = it is there; else what went wrong, and whether another try may go better. */
export type Trouble = { readonly error: string; readonly retryable: boolean } | null;

/** A way to people: ntfy, a webhook, e-mail, a command of the desktop. Never rejects; gives up after 5 s. */
export interface NoticeChannel {
  readonly name: string;
  send(notice: OutgoingNotice, signal: AbortSignal): Promise<Trouble>;
}
