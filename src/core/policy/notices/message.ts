import { NOTICE_BODY_BYTES_MAX } from '../../notice-limits.ts';
import type { NoticeText } from '../../ports/notice-channel.ts';
import { NOTICE_PRIORITIES, type Notice } from '../../schema/notice.ts';
import { truncateUtf8 } from '../utf8.ts';
import { isoSeconds } from './iso-seconds.ts';

/** What one message says: a notice as it is, several as a digest; null = none of them is kept any more. */
export function messageText(notices: readonly Notice[]): NoticeText | null {
  const [first, ...more] = notices;
  if (first === undefined) return null;
  if (more.length === 0) {
    const { kind, subject, body, priority, tags } = first;
    return { kind, subject, body, priority, tags };
  }
  const rank = Math.max(...notices.map(({ priority }) => NOTICE_PRIORITIES.indexOf(priority)));
  const lines = notices.map(
    ({ since, subject, resolvedAt }) =>
      `${isoSeconds(since)} ${subject}${resolvedAt === null ? '' : ' (over)'}`,
  );
  return {
    kind: 'digest',
    subject: `${notices.length} notices`,
    body: truncateUtf8(lines.join('\n'), NOTICE_BODY_BYTES_MAX),
    priority: NOTICE_PRIORITIES[rank] ?? 'default',
    tags: 'card_index_dividers',
  };
}
