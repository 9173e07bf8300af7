import { setImmediate as nextTurn } from 'node:timers/promises';
import { AUDIT_BATCH_MAX } from '../../core/limits.ts';
import type { AuditEntry } from '../../core/ports/store.ts';

interface Waiting {
  readonly entry: AuditEntry;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Gathers what comes in the same turn of the event loop, and while a write waits for another process: lines that are
 * asked for together reach the disk together, in the order they came. Answers once a line is there.
 */
export function createAuditQueue(
  write: (entries: readonly AuditEntry[]) => Promise<void>,
): (entry: AuditEntry) => Promise<void> {
  const waiting: Waiting[] = [];
  let isWriting = false;

  async function writeAll(): Promise<void> {
    isWriting = true;
    await nextTurn();
    while (waiting.length > 0) {
      const batch = waiting.splice(0, AUDIT_BATCH_MAX);
      try {
        await write(batch.map(({ entry }) => entry));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isWriting = false;
  }
  return (entry) =>
    new Promise((resolve, reject) => {
      waiting.push({ entry, resolve, reject });
      if (!isWriting) void writeAll();
    });
}
