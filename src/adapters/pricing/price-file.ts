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
  if (text === null) return null;
  const { table, wrong } = parsePrices(text);
  if (table === null) throw unusable(path, wrong);
  return table;
}

/** A price table out of text, or what is wrong with it (R-PROD-058). */
export function parsePrices(
  text: string,
): { readonly table: PriceTable; readonly wrong: null } | { readonly table: null; readonly wrong: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { table: null, wrong: 'it is no JSON' };
  }
  const { data, error } = PriceTable.safeParse(value);
  if (data !== undefined) return { table: data, wrong: null };
  const [issue] = error.issues;
  return { table: null, wrong: `${issue?.path.join('.') || 'the document'}: ${issue?.message}` };
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
  if (size > PRICE_FILE_BYTES_MAX) throw unusable(path, `it is larger than ${PRICE_FILE_BYTES_MAX} bytes`);
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw unusable(path, messageOf(cause), cause);
  }
}

const unusable = (from: string, why: string, cause?: unknown): AppError =>
  new AppError('invalid-config', `unusable prices in ${from}: ${why}`, { cause });
