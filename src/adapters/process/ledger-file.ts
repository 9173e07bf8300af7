import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HOST_LEDGER_BYTES_MAX } from '../../core/limits.ts';
import { compactLedger } from './ledger-compaction.ts';
import { type LedgerLine, type ProcessOwner, parseLedger } from './ledger-lines.ts';

/** The file under the host ledger: one writer at a time. */
export interface LedgerFile {
  /** Resolves when the line is on the disk. */
  append(line: LedgerLine): Promise<void>;
  /** Resolves when the line is in the file: it outlives this process, and the machine after the next `append`. */
  note(line: LedgerLine): Promise<void>;
  read(): Promise<readonly LedgerLine[]>;
  /** Drops the lines of closed runs, unless another worker has the file open. */
  compact(): Promise<void>;
  close(): Promise<void>;
}

/** Opens or makes the file (0600, folder 0700). */
export async function openLedgerFile(path: string, owner: ProcessOwner): Promise<LedgerFile> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  let handle = await openToAppend(path);
  let compactAt = HOST_LEDGER_BYTES_MAX;
  let queue: Promise<unknown> = Promise.resolve();
  let waiting: string[] = [];
  let syncs = false;
  let next: Promise<void> | null = null;

  /** Lines never mix, and a compaction sees all of them. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = queue.then(work);
    queue = turn.catch(() => undefined);
    return turn;
  }
  /** Lines that come while others are being synced share the next sync. */
  function add(line: LedgerLine, synced: boolean): Promise<void> {
    syncs ||= synced;
    // A newline first: after a torn line this one still stands alone.
    waiting.push(`\n${JSON.stringify(line)}`);
    next ??= inTurn(writeWaiting);
    return next;
  }
  async function writeWaiting(): Promise<void> {
    const lines = waiting.join('');
    const toDisk = syncs;
    waiting = [];
    syncs = false;
    next = null;
    const { size } = await handle.stat();
    if (size > compactAt) await compact();
    await handle.appendFile(lines);
    if (toDisk) await handle.datasync();
  }
  async function compact(): Promise<void> {
    if (await compactLedger(path, owner)) {
      const old = handle;
      handle = await openToAppend(path);
      await old.close();
    }
    compactAt = Math.max(HOST_LEDGER_BYTES_MAX, 2 * (await handle.stat()).size);
  }
  return {
    append: (line) => add(line, true),
    note: (line) => add(line, false),
    read: () => inTurn(async () => parseLedger(await readFile(path, 'utf8'))),
    compact: () => inTurn(compact),
    close: () => inTurn(() => handle.close()),
  };
}

function openToAppend(path: string): Promise<FileHandle> {
  return open(path, 'a+', 0o600);
}
