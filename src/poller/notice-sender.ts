import { AppError, messageOf } from '../core/errors.ts';
import {
  ATTENTION_LIST_MAX,
  NOTICE_BATCH_MAX,
  NOTICE_LOCK_MS,
  NOTICE_LOOK_MS,
} from '../core/notice-limits.ts';
import type { Log } from '../core/ports/log.ts';
import type { NoticeChannel } from '../core/ports/notice-channel.ts';
import type { NoticeBox } from '../core/ports/notices.ts';
import type { Records } from '../core/ports/store.ts';
import type { Notice } from '../core/schema/notice.ts';
import type { NotificationSettings } from '../core/schema/notification-settings.ts';
import { sendOver } from './notice-messages.ts';

export interface NoticeSenderConfig {
  readonly box: NoticeBox;
  readonly records: Pick<Records, 'takeLock' | 'dropLock'>;
  /** Names this process among those that could send. */
  readonly owner: string;
  readonly log: Log;
  settings(): NotificationSettings;
  /** As the settings have them now. */
  channels(): readonly NoticeChannel[];
  /** Hears of each notice that people can read now; before it counts as written. */
  noted(notice: Notice): Promise<void>;
  readonly attention: {
    write(what: { readonly open: readonly Notice[]; readonly fresh: readonly Notice[] }): void;
  };
}

/** What brings notices to people; one process of a project does it at a time. */
export interface NoticeSender {
  /** Something was raised or resolved here: look soon. */
  wake(): void;
  start(): void;
  stop(): Promise<void>;
}

const LOCK_NAME = 'notices';

/** Looks when woken, every 5 s for what other processes raised, and when a try is due. */
export function createNoticeSender(config: NoticeSenderConfig): NoticeSender {
  const { records, owner, log } = config;
  const stopping = new AbortController();
  const tick = createTick(config, stopping.signal);
  let running: Promise<void> | null = null;
  let again = false;
  let timer: NodeJS.Timeout | null = null;

  async function run(): Promise<void> {
    do {
      again = false;
      await tick().catch((error: unknown) => {
        if (stopping.signal.aborted || (error instanceof AppError && error.code === 'shutting-down')) return;
        log.warn({ error: messageOf(error) }, 'notices not looked at');
      });
    } while (again && !stopping.signal.aborted);
    running = null;
    await schedule();
  }
  async function schedule(): Promise<void> {
    const nextAt = await config.box.nextTryAt().catch(() => null);
    if (stopping.signal.aborted) return;
    const waitMs =
      nextAt === null ? NOTICE_LOOK_MS : Math.min(NOTICE_LOOK_MS, Math.max(50, nextAt - Date.now()));
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(wake, waitMs);
    timer.unref();
  }
  function wake(): void {
    if (stopping.signal.aborted) return;
    again = true;
    running ??= run();
  }
  return {
    wake,
    start: wake,
    async stop() {
      stopping.abort();
      if (timer !== null) clearTimeout(timer);
      await running;
      await records.dropLock(LOCK_NAME, owner).catch(() => undefined);
    },
  };
}

/** One look; without work it costs some reads and no write. */
function createTick(config: NoticeSenderConfig, signal: AbortSignal): () => Promise<void> {
  const { box, records, owner } = config;
  const mayWork = () => records.takeLock(LOCK_NAME, owner, NOTICE_LOCK_MS);
  const writeAttention = createAttentionWriter(config, mayWork);
  return async () => {
    await box.closeDue(Date.now());
    await writeAttention();
    // Each at its own pace: a slow one must not hold up the others.
    await Promise.all(config.channels().map((channel) => sendOver(config, { channel, mayWork, signal })));
  };
}

/** A folder that cannot be written must not keep messages back: it is said once, and tried again. */
function createAttentionWriter(
  { box, attention, log, noted }: NoticeSenderConfig,
  mayWork: () => Promise<boolean>,
): () => Promise<void> {
  let shown: string | null = null;
  let failing = false;
  return async () => {
    const [open, fresh] = await Promise.all([
      box.list({ open: true, limit: ATTENTION_LIST_MAX }),
      box.unwritten(NOTICE_BATCH_MAX),
    ]);
    const now = open.map(({ noticeId }) => noticeId).join();
    if ((fresh.length === 0 && now === shown) || !(await mayWork())) return;
    // A project that nobody needs to look at has no such file.
    const isNew = shown === null && open.length === 0 && fresh.length === 0;
    try {
      if (!isNew) attention.write({ open: open.toReversed(), fresh });
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ error: messageOf(error) }, 'needs-attention.md not written');
      failing = true;
      return;
    }
    shown = now;
    for (const notice of fresh) await noted(notice);
    if (fresh.length > 0)
      await box.markWritten(
        fresh.map(({ noticeId }) => noticeId),
        Date.now(),
      );
  };
}
