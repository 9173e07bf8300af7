import type { NoticeChannel } from '../../core/ports/notice-channel.ts';
import { encodedHeader } from './encoded-header.ts';
import { post } from './post.ts';

export interface NtfyConfig {
  /** Without a slash at the end. */
  readonly url: string;
  readonly topic: string;
  readonly token: string | null;
  readonly subjectPrefix: string;
}

/** Pushes over ntfy, as upstream does (R-PROD-079). */
export function createNtfy({ url, topic, token, subjectPrefix }: NtfyConfig): NoticeChannel {
  return {
    name: 'ntfy',
    send: ({ messageId, subject, body, priority, tags }, signal) =>
      post(
        `${url}/${encodeURIComponent(topic)}`,
        {
          headers: {
            'Content-Type': 'text/plain; charset=utf-8',
            Title: encodedHeader(`${subjectPrefix} — ${subject}`),
            Priority: priority,
            Tags: encodedHeader(tags),
            'X-Dispatch-Id': messageId,
            ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
          },
          body,
        },
        signal,
      ),
  };
}
