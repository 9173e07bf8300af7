import { createHmac } from 'node:crypto';
import type { NoticeChannel } from '../../core/ports/notice-channel.ts';
import { post } from './post.ts';

export interface WebhookConfig {
  readonly project: string;
  readonly url: string;
  /** Signs what is sent; null = unsigned. */
  readonly secret: string | null;
}

/** Posts messages as JSON, signed over time and body so that neither can be changed or sent again later. */
export function createWebhook({ project, url, secret }: WebhookConfig): NoticeChannel {
  return {
    name: 'webhook',
    send({ messageId, noticeIds, kind, subject, body, priority, tags, at }, signal) {
      const timestamp = String(Math.floor(at / 1000));
      const text = JSON.stringify({
        ...{ id: messageId, project, kind, subject, body, priority },
        ...{ tags: tags === '' ? [] : tags.split(','), notices: noticeIds },
      });
      return post(
        url,
        {
          headers: {
            'Content-Type': 'application/json',
            'X-Dispatch-Id': messageId,
            'X-Dispatch-Timestamp': timestamp,
            ...(secret === null ? {} : { 'X-Dispatch-Signature': signature(secret, timestamp, text) }),
          },
          body: text,
        },
        signal,
      );
    },
  };
}

const signature = (secret: string, timestamp: string, text: string): string =>
  `sha256=${createHmac('sha256', secret).update(`${timestamp}.${text}`).digest('hex')}`;
