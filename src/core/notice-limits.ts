/** Every bound of notices, reports and the watch for idleness, named with its unit. */

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const NOTICE_SUBJECT_LENGTH_MAX = 200;
export const NOTICE_KEY_LENGTH_MAX = 300;
/** ntfy turns a body of more than 4,096 bytes into an attachment. */
export const NOTICE_BODY_BYTES_MAX = 3_500;
export const NOTICES_KEPT_MS = 30 * DAY_MS;
/** Unread for this long it is no news: a channel that was down or not yet set up is not flooded with it. */
export const NOTICE_SEND_AGE_MS_MAX = 24 * HOUR_MS;
export const NOTICE_SEND_MS_MAX = 5 * SECOND_MS;
/** Of what a program says when it could not send. */
export const NOTICE_TROUBLE_LENGTH_MAX = 200;
export const NOTICE_EMAIL_RECIPIENTS_MAX = 20;
export const NOTICE_SEND_TRIES_MAX = 8;
/** Waits between tries; the last one repeats. */
export const NOTICE_RETRY_MS: readonly number[] = [
  ...[SECOND_MS, 5 * SECOND_MS, 30 * SECOND_MS],
  ...[2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS],
];
export const NOTICE_MESSAGES_PER_HOUR = 20;
/** More than this at once is one digest. */
export const NOTICE_SINGLES_MAX = 3;
export const NOTICE_DIGEST_MAX = 40;
export const NOTICE_BATCH_MAX = 200;
/** How often the outbox is looked at for what another process raised. */
export const NOTICE_LOOK_MS = 5 * SECOND_MS;
/** The sender's lock outlives one try over each channel. */
export const NOTICE_LOCK_MS = 30 * SECOND_MS;
/** The watch for idleness is another worker's after this, when the one that had it died. */
export const IDLE_LOCK_MS = 10 * SECOND_MS;
export const ATTENTION_FILE_BYTES_MAX = 1024 * 1024;
export const ATTENTION_LIST_MAX = 200;
/** A topic is read back at most this often, and so much of it. */
export const INBOX_LOOK_MS = 3 * SECOND_MS;
export const INBOX_MESSAGES_MAX = 25;
export const INBOX_BYTES_MAX = 256 * 1024;
