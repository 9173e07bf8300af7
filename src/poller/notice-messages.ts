import { randomUUID } from 'node:crypto';
import { NOTICE_RETRY_MS, NOTICE_SEND_AGE_MS_MAX, NOTICE_SEND_TRIES_MAX } from '../core/notice-limits.ts';
import { messageText } from '../core/policy/notices/message.ts';
import { planMessages } from '../core/policy/notices/plan-messages.ts';
import { isQuiet } from '../core/policy/notices/quiet-hours.ts';
import type { Log } from '../core/ports/log.ts';
import type { NoticeChannel, Trouble } from '../core/ports/notice-channel.ts';
import type { NoticeBox, NoticeMessage, SendResult } from '../core/ports/notices.ts';
import { NOTICE_KINDS, type Notice } from '../core/schema/notice.ts';
import type { NotificationSettings } from '../core/schema/notification-settings.ts';

export interface MessagePorts {
  readonly box: NoticeBox;
  readonly log: Log;
  settings(): NotificationSettings;
}

interface Sending {
  readonly channel: NoticeChannel;
  /** Takes or renews the lock of the one that sends. */
  mayWork(): Promise<boolean>;
  readonly signal: AbortSignal;
}

const HOUR_MS = 3_600_000;

/** Puts new notices of a channel into messages, then tries each that is due (R-PROD-080). */
export async function sendOver(ports: MessagePorts, sending: Sending): Promise<void> {
  await encloseNew(ports, sending);
  const { box } = ports;
  const { channel, mayWork, signal } = sending;
  for (const message of await box.dueMessages(channel.name, Date.now())) {
    // Tries take seconds: somebody else may have taken over meanwhile.
    if (signal.aborted || !(await mayWork())) return;
    await tryMessage(ports, sending, message);
  }
}

async function encloseNew({ box, settings }: MessagePorts, { channel, mayWork }: Sending): Promise<void> {
  const now = Date.now();
  const { off, priorities, quietHours, messagesPerHourMax } = settings();
  const urgent = NOTICE_KINDS.filter((kind) => priorities[kind] === 'urgent');
  const unsent = await box.unsent(channel.name, now - NOTICE_SEND_AGE_MS_MAX, urgent);
  if (unsent.length === 0) return;
  const plan = planMessages({
    unsent: unsent.map((notice) => ({ ...notice, priority: priorities[notice.kind] ?? notice.priority })),
    sentLastHour: await box.sentSince(channel.name, now - HOUR_MS),
    quiet: isQuiet(quietHours, now),
    ...{ messagesPerHourMax, off },
  });
  const ids = (notices: readonly Notice[]) => notices.map(({ noticeId }) => noticeId);
  const isNothing = plan.singles.length + plan.digest.length + plan.dropped.length === 0;
  if (isNothing || !(await mayWork())) return;
  for (const { noticeId } of plan.singles) await box.enclose(channel.name, noticeId, [noticeId]);
  if (plan.digest.length > 0) await box.enclose(channel.name, randomUUID(), ids(plan.digest));
  if (plan.dropped.length > 0) {
    const messageId = randomUUID();
    await box.enclose(channel.name, messageId, ids(plan.dropped));
    await box.settleMessage(channel.name, messageId, { kind: 'given-up', error: 'not wanted' });
  }
}

async function tryMessage(
  { box, log, settings }: MessagePorts,
  { channel, signal }: Sending,
  message: NoticeMessage,
): Promise<void> {
  const { messageId, noticeIds } = message;
  const { priorities } = settings();
  const notices = await box.get(noticeIds);
  const text = messageText(
    notices.map((notice) => ({ ...notice, priority: priorities[notice.kind] ?? notice.priority })),
  );
  const trouble =
    text === null ? null : await channel.send({ ...text, messageId, noticeIds, at: Date.now() }, signal);
  // Stopped in the middle of it: whether it arrived nobody knows, so it is sent again under the same id.
  if (trouble !== null && signal.aborted) return;
  const result = resultOf(trouble, message.tries + 1);
  await box.settleMessage(channel.name, messageId, result);
  if (result.kind === 'given-up')
    log.warn({ channel: channel.name, messageId, error: result.error }, 'notice not delivered');
}

function resultOf(trouble: Trouble, tries: number): SendResult {
  if (trouble === null) return { kind: 'sent' };
  const { error, retryable } = trouble;
  if (!retryable || tries >= NOTICE_SEND_TRIES_MAX) return { kind: 'given-up', error };
  const waitMs = NOTICE_RETRY_MS[Math.min(tries, NOTICE_RETRY_MS.length) - 1] ?? 0;
  return { kind: 'retry', nextAt: Date.now() + waitMs, error };
}
