import { setTimeout as delay } from 'node:timers/promises';
import {
  MCP_PROGRESS_FLUSH_MS_MAX,
  MCP_PROGRESS_INTERVAL_MS,
  MCP_PROGRESS_LENGTH_MAX,
  MCP_PROGRESS_PENDING_MAX,
} from '../../core/limits.ts';

/** The news of one call on their way to its client. */
export interface ProgressStream {
  report(text: string): void;
  /** Sends what is left, within a bound; afterwards nothing is sent any more. */
  end(): Promise<void>;
}

/**
 * Sends texts in bunches, never faster than the client reads. What comes faster than that is kept up to a bound, the
 * latest of it; what was left out is told in one line (R-ADX-046). A client that is gone costs nothing.
 */
export function createProgressStream(
  send: (text: string) => Promise<void>,
  gone: AbortSignal,
): ProgressStream {
  const pending: string[] = [];
  let skipped = 0;
  let source = '';
  let isEnding = false;
  let isOver = false;
  let pumping: Promise<void> | null = null;
  const ending = new AbortController();

  const sendBunch = async (): Promise<void> => {
    const bunch = pending.splice(0);
    const lost = skipped;
    skipped = 0;
    if (lost > 0) await send(`${source}Skipped ${lost} older progress messages; showing latest.`);
    for (const text of bunch) await send(text);
  };
  const pump = async (): Promise<void> => {
    try {
      while (pending.length > 0 && !gone.aborted && !isOver) {
        await sendBunch();
        await pause(ending.signal);
      }
    } catch {
      isOver = true;
    }
    pending.length = 0;
    pumping = null;
  };

  return {
    report(text) {
      if (isOver || isEnding || gone.aborted) return;
      const [prefix = ''] = /^\[[^\]]*\] /.exec(text) ?? [];
      source = prefix;
      pending.push(prefix + text.slice(prefix.length, prefix.length + MCP_PROGRESS_LENGTH_MAX));
      if (pending.length > MCP_PROGRESS_PENDING_MAX) {
        pending.shift();
        skipped += 1;
      }
      pumping ??= pump();
    },
    async end() {
      isEnding = true;
      // The answer waits for the news, and so must not wait for the pause behind them.
      ending.abort();
      if (pumping !== null) {
        await Promise.race([pumping, delay(MCP_PROGRESS_FLUSH_MS_MAX, undefined, { ref: false })]);
      }
      isOver = true;
    },
  };
}

async function pause(signal: AbortSignal): Promise<void> {
  await delay(MCP_PROGRESS_INTERVAL_MS, undefined, { ref: false, signal }).catch(() => undefined);
}
