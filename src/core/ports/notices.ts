import type { Notice, NoticeKind, NoticePriority } from '../schema/notice.ts';

/** What is raised; priority and tags are those of its kind unless said otherwise. */
export interface NewNotice {
  readonly kind: NoticeKind;
  /** While a notice of this key is open, raising it again changes nothing. */
  readonly key: string;
  readonly subject: string;
  readonly body: string;
  readonly priority?: NoticePriority;
  readonly tags?: readonly string[];
}

/**
 * Tells people, later and elsewhere: raising is one durable insert. Neither call ever rejects: trouble with a notice
 * is no trouble of what raised it.
 */
export interface Notices {
  /** True: it was not open before. */
  raise(notice: NewNotice): Promise<boolean>;
  /** Closes the open notice of this key; true: there was one. */
  resolve(key: string): Promise<boolean>;
}

/** One message on its way over one channel: a notice, or several as a digest. */
export interface NoticeMessage {
  readonly messageId: string;
  readonly noticeIds: readonly string[];
  /** Tries so far. */
  readonly tries: number;
}

/** How a try to send went: done, to be tried again, or not to be tried any more. */
export type SendResult =
  | { readonly kind: 'sent' }
  | { readonly kind: 'retry'; readonly nextAt: number; readonly error: string }
  | { readonly kind: 'given-up'; readonly error: string };

/** The outbox: notices, and what of them went over which channel. Every write is durable. */
export interface NoticeBox {
  /** False: one of this key is open already. */
  open(notice: Omit<Notice, 'resolvedAt'>): Promise<boolean>;
  close(key: string, at: number): Promise<boolean>;
  /** Closes what closes by itself and is due. */
  closeDue(now: number): Promise<boolean>;
  /** Newest first. */
  list(filter: { readonly open?: boolean; readonly limit: number }): Promise<readonly Notice[]>;
  get(noticeIds: readonly string[]): Promise<readonly Notice[]>;
  /** Not yet in the attention file, oldest first. */
  unwritten(limit: number): Promise<readonly Notice[]>;
  markWritten(noticeIds: readonly string[], at: number): Promise<void>;
  /**
   * Raised since then and in no message of this channel yet, oldest first behind what waits for nothing: urgent notices
   * and those of the kinds named.
   */
  unsent(channel: string, since: number, urgent?: readonly NoticeKind[]): Promise<readonly Notice[]>;
  /** Puts notices into one message of a channel, before it is sent: a try after a crash bears the same id. */
  enclose(channel: string, messageId: string, noticeIds: readonly string[]): Promise<void>;
  /** Messages not sent yet whose next try is due, oldest first. */
  dueMessages(channel: string, now: number): Promise<readonly NoticeMessage[]>;
  settleMessage(channel: string, messageId: string, result: SendResult): Promise<void>;
  /** How many messages went over a channel since then. */
  sentSince(channel: string, since: number): Promise<number>;
  /** When the next try of a message is due; null = none waits. */
  nextTryAt(): Promise<number | null>;
  /** Forgets what was resolved before that. */
  prune(before: number): Promise<number>;
}
