import { z } from 'zod';
import { messageOf } from '../../core/errors.ts';
import {
  INBOX_BYTES_MAX,
  INBOX_LOOK_MS,
  INBOX_MESSAGES_MAX,
  NOTICE_SEND_MS_MAX,
} from '../../core/notice-limits.ts';
import type { Inbox, InboxMessage, MessageInbox } from '../../core/ports/message-inbox.ts';

/** Where a topic is read; null = nothing is pushed over ntfy. */
export type InboxSource = () => {
  readonly url: string;
  readonly topic: string;
  readonly token: string | null;
} | null;

const NOTHING = { lastError: null, messages: [] } as const;

const Line = z.object({
  id: z.string(),
  time: z.number(),
  event: z.literal('message'),
  title: z.string().default(''),
  message: z.string().default(''),
  tags: z.array(z.string()).default([]),
  priority: z.number().default(3),
});

/**
 * The topic's messages of the last ten minutes. Whoever asks gets what is known; a look at the server is begun beside
 * that, at most every three seconds (R-PROD-085).
 */
export function createNtfyInbox(source: InboxSource): MessageInbox {
  let known: Pick<Inbox, 'lastError' | 'messages'> = NOTHING;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking = false;

  async function look(from: NonNullable<ReturnType<InboxSource>>): Promise<void> {
    looking = true;
    try {
      known = { lastError: null, messages: await read(from) };
    } catch (error) {
      known = { ...known, lastError: messageOf(error) };
    } finally {
      looking = false;
    }
  }
  return {
    now() {
      const from = source();
      if (from === null) return { topic: null, ...NOTHING };
      if (!looking && performance.now() - lookedAt >= INBOX_LOOK_MS) {
        lookedAt = performance.now();
        void look(from);
      }
      return { topic: from.topic, ...known };
    },
  };
}

async function read({ url, topic, token }: NonNullable<ReturnType<InboxSource>>): Promise<InboxMessage[]> {
  const response = await fetch(`${url}/${topic}/json?poll=1&since=10m`, {
    redirect: 'manual',
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(NOTICE_SEND_MS_MAX),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const lines = (await bounded(response)).split('\n');
  return lines.flatMap(toMessage).slice(-INBOX_MESSAGES_MAX);
}

/** The newest stand last: of more than there is room for, the rest is left unread. */
async function bounded(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > INBOX_BYTES_MAX) text = text.slice(-INBOX_BYTES_MAX);
  }
  return text;
}

function toMessage(line: string): InboxMessage[] {
  try {
    const { success, data } = Line.safeParse(JSON.parse(line));
    if (!success) return [];
    const { event: _, ...message } = data;
    return [message];
  } catch {
    return [];
  }
}
