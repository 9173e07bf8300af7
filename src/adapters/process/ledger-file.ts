import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HOST_LEDGER_BYTES_MAX } from '../../core/limits.ts';
import { compactLedger } from './ledger-compaction.ts';
import { type LedgerLine, type ProcessOwner, parseLedger } from './ledger-lines.ts';

/** The file under the host ledger: one writer at a time, every line synced. */
export interface LedgerFile {
  append(line: LedgerLine): Promise<void>;
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

  /** Lines never mix, and a compaction sees all of them. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = queue.then(work);
    queue = turn.catch(() => undefined);
    return turn;
  }
  async function append(line: LedgerLine): Promise<void> {
    const { size } = await handle.stat();
    if (size > compactAt) await compact();
    // A newline first: after a torn line this one still stands alone.
    await handle.appendFile(`\n${JSON.stringify(line)}`);
    await handle.datasync();
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
    append: (line) => inTurn(() => append(line)),
    read: () => inTurn(async () => parseLedger(await readFile(path, 'utf8'))),
    compact: () => inTurn(compact),
    close: () => inTurn(() => handle.close()),
  };
}

function openToAppend(path: string): Promise<FileHandle> {
  return open(path, 'a+', 0o600);
}
