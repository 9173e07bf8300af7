import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { microUsdOf } from '../../core/policy/money/dollars.ts';

/** The variable that names the file (see docs/budgets.md). */
export const COST_FILE_VARIABLE = 'DISPATCH_COST_FILE';

/** How often a running agent's file is looked at (ms). */
const LOOK_MS = 500;
/** Only the end of the file is read: its last line counts. */
const TAIL_BYTES = 256;
const USD_MAX = 1e6;
/** Dollars, plainly: no sign, no exponent, nothing else in the line. */
const DOLLARS = /^\d{1,7}(?:\.\d{1,9})?$/;

/** What stands in the file: micro-dollars spent so far, null = nothing there, `bad` = no amount of money. */
export type CostReading = number | null | 'bad';

/** Reads what an agent says it has spent; the file may be anything the agent made of it. */
export function readCostFile(path: string): CostReading {
  const text = endOf(path);
  if (text === null) return null;
  const line = text.trim().split('\n').at(-1)?.trim() ?? '';
  if (line === '') return null;
  const usd = Number(line);
  return DOLLARS.test(line) && usd < USD_MAX ? microUsdOf(usd) : 'bad';
}

/** Tells amounts as they come; answers the way to stop looking. */
export function watchCostFile(path: string, onSpend: (microUsd: number) => void): () => void {
  let last: CostReading = null;
  const timer = setInterval(() => {
    const now = readCostFile(path);
    if (typeof now === 'number' && now !== last) onSpend(now);
    last = now;
  }, LOOK_MS);
  return () => clearInterval(timer);
}

/** Null where there is no plain file: a pipe or a link would make us wait or read something else. */
function endOf(path: string): string | null {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return null;
    const start = Math.max(0, stat.size - TAIL_BYTES);
    const buffer = Buffer.alloc(Math.min(stat.size, TAIL_BYTES));
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, start));
  } catch {
    return null;
  } finally {
    closeSync(fd);
  }
}
