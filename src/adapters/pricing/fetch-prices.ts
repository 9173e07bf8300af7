import { AppError, messageOf } from '../../core/errors.ts';
import type { PriceTable } from '../../core/schema/price-table.ts';
import { parsePrices } from './price-file.ts';
import { type TableOrigin, tableOfProviders } from './provider-table.ts';

/** A source of prices must answer within this (ms), and with no more than so many bytes. */
const FETCH_MS_MAX = 30_000;
const FETCH_BYTES_MAX = 32 * 1024 * 1024;

/**
 * Fetches and reads a price list: the data of genai-prices, or a document in the shape of `pricing.json`. Everything else
 * is refused with one sentence that says why (R-PROD-058).
 */
export async function fetchPrices(url: string, nowMs: number): Promise<PriceTable> {
  const text = await textFrom(url);
  const date = new Date(nowMs).toISOString().slice(0, 'YYYY-MM-DD'.length);
  if (text.trimStart().startsWith('[')) return fromProviders(text, { date, sourceUrl: url });
  const { table, wrong } = parsePrices(text);
  if (table === null) throw bad(url, `its answer cannot be used: ${wrong}`);
  return { ...table, source_url: url };
}

function fromProviders(text: string, origin: TableOrigin): PriceTable {
  const { sourceUrl } = origin;
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw bad(sourceUrl, 'its answer is no JSON', cause);
  }
  const table = tableOfProviders(data, origin);
  if (table === null) throw bad(sourceUrl, 'its answer names no prices');
  return table;
}

async function textFrom(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS_MAX) });
    if (!response.ok || response.body === null) throw new Error(`it answered ${response.status}`);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body) {
      bytes += chunk.length;
      if (bytes > FETCH_BYTES_MAX) throw new Error(`its answer is larger than ${FETCH_BYTES_MAX} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch (cause) {
    throw bad(url, reasonOf(cause), cause);
  }
}

/** What fetch says of a connection is in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return messageOf(cause) || 'it cannot be reached';
}

const bad = (url: string, why: string, cause?: unknown): AppError =>
  new AppError('invalid-prices', `no prices from ${url}: ${why}; the prices stay as they are`, { cause });
