import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { toNotifications } from '../../src/adapters/config/notifications.ts';
import { createAttentionFile } from '../../src/adapters/notify/attention-file.ts';
import { createNotices, type WatchedNotices } from '../../src/adapters/notify/notices.ts';
import { createNtfy } from '../../src/adapters/notify/ntfy.ts';
import { createSqliteStore, type SqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import type { NoticeChannel } from '../../src/core/ports/notice-channel.ts';
import type { NotificationsConfig } from '../../src/core/schema/notification-settings.ts';
import { createNoticeSender } from '../../src/poller/notice-sender.ts';

/** A store, and what brings its notices over some channels to people. */
export interface NoticeBench {
  readonly dir: string;
  readonly store: SqliteStore;
  readonly notices: WatchedNotices;
  readonly warnings: string[];
  /** Subjects of what was noted in the trail. */
  readonly noted: string[];
  /** Starts a sender; `owner` names its process. */
  send(channels: readonly NoticeChannel[], owner?: string): void;
  attention(): string;
}

const SECRETS = ['canary-secret-1234'];

/** Everything of it is gone with the test. */
export async function aNoticeBench(
  notifications: NotificationsConfig = {},
  dir = mkdtempSync(join(tmpdir(), 'dispatch-notices-')),
): Promise<NoticeBench> {
  const warnings: string[] = [];
  const noted: string[] = [];
  const say = (_facts: object, message: string) => void warnings.push(message);
  const log = { debug: () => {}, info: () => {}, warn: say, error: say };
  const store = await createSqliteStore({ dir, project: 'shop' });
  const notices = createNotices({ box: store.notices, log, secrets: SECRETS });
  const stops: (() => Promise<void>)[] = [];
  onTestFinished(async () => {
    for (const stop of stops) await stop();
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const attentionPath = join(dir, 'needs-attention.md');
  return {
    ...{ dir, store, notices, warnings, noted },
    send(channels, owner = 'host-1') {
      const sender = createNoticeSender({
        ...{ box: store.notices, records: store.records, owner, log },
        settings: () => toNotifications({ notifications }),
        channels: () => channels,
        noted: async ({ subject }) => void noted.push(subject),
        attention: createAttentionFile(() => attentionPath),
      });
      notices.onChange(sender.wake);
      sender.start();
      stops.push(sender.stop);
    },
    attention: () => readFileSync(attentionPath, 'utf8'),
  };
}

/** ntfy on a listener. */
export const ntfyAt = (url: string): NoticeChannel =>
  createNtfy({ url, topic: 'team', token: null, subjectPrefix: 'Producer' });
