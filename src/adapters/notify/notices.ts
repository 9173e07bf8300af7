import { randomUUID } from 'node:crypto';
import { AppError, messageOf } from '../../core/errors.ts';
import { newNotice } from '../../core/policy/notices/new-notice.ts';
import type { Log } from '../../core/ports/log.ts';
import type { NoticeBox, Notices } from '../../core/ports/notices.ts';

export interface NoticesConfig {
  readonly box: Pick<NoticeBox, 'open' | 'close'>;
  readonly log: Log;
  /** Texts that must never leave, such as tokens of the environment. */
  readonly secrets: readonly string[];
}

/** Notices whose news somebody in this process waits for. */
export interface WatchedNotices extends Notices {
  /** Hears of everything raised or resolved here; answers what ends that. */
  onChange(hear: () => void): () => void;
}

/** Raises and resolves; whatever goes wrong is logged and never the caller's trouble. */
export function createNotices({ box, log, secrets }: NoticesConfig): WatchedNotices {
  const hearers = new Set<() => void>();

  async function quietly(key: string, change: () => Promise<boolean>): Promise<boolean> {
    try {
      const changed = await change();
      if (changed) for (const hear of hearers) hear();
      return changed;
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'shutting-down'))
        log.warn({ key, error: messageOf(error) }, 'notice not kept');
      return false;
    }
  }
  return {
    raise: (notice) =>
      quietly(notice.key, () =>
        box.open(newNotice(notice, { noticeId: randomUUID(), now: Date.now(), secrets })),
      ),
    resolve: (key) => quietly(key, () => box.close(key, Date.now())),
    onChange(hear) {
      hearers.add(hear);
      return () => void hearers.delete(hear);
    },
  };
}
