/** A message as people got it. */
export interface InboxMessage {
  readonly id: string;
  /** Epoch seconds. */
  readonly time: number;
  readonly title: string;
  readonly message: string;
  readonly tags: readonly string[];
  readonly priority: number;
}

/** What a topic has been told lately, as far as is known now (R-PROD-085). */
export interface Inbox {
  readonly topic: string | null;
  readonly lastError: string | null;
  readonly messages: readonly InboxMessage[];
}

/** Reads back what was pushed; answers at once with what it knows and looks meanwhile. */
export interface MessageInbox {
  now(): Inbox;
}
