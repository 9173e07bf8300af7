import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { AppError, messageOf } from '../../core/errors.ts';
import { PriceTable } from '../../core/schema/price-table.ts';

/** Whole price lists are a few KiB. */
const PRICE_FILE_BYTES_MAX = 4 * 1024 * 1024;

/** The user's own prices; null = there is no such file. Throws `invalid-config` when it cannot be used. */
export function readPriceFile(path: string): PriceTable | null {
  const text = textOf(path);
  return text === null ? null : parsePrices(text, path);
}

/** A price table out of text (R-PROD-058). Throws `invalid-config` naming where it came from and what is wrong. */
export function parsePrices(text: string, from: string): PriceTable {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unusable(from, 'no JSON', cause);
  }
  const parsed = PriceTable.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unusable(from, `${issue?.path.join('.') || 'the document'}: ${issue?.message}`, parsed.error);
}

/** Replaces the file whole, or leaves it as it is. */
export async function writePriceFile(path: string, table: PriceTable): Promise<void> {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    await writeFileAtomic(path, `${JSON.stringify(table, null, 2)}\n`, { mode: 0o600 });
  } catch (cause) {
    throw new AppError('storage-failed', `cannot write ${path}: ${messageOf(cause)}`, { cause });
  }
}

/** Changes whenever the file does; empty when there is none. */
export function priceFileState(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}

function textOf(path: string): string | null {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return null;
  if (size > PRICE_FILE_BYTES_MAX)
    throw unusable(path, `larger than ${PRICE_FILE_BYTES_MAX} bytes`, undefined);
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw unusable(path, messageOf(cause), cause);
  }
}

const unusable = (from: string, why: string, cause: unknown): AppError =>
  new AppError('invalid-config', `unusable prices in ${from}: ${why}`, { cause });
