import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { USAGE_JOURNAL_BYTES_MAX } from '../../core/limits.ts';
import { readUsageLine } from '../../core/policy/dispatch/read-usage-line.ts';
import type { UsageRecord } from '../../core/policy/dispatch/usage-record.ts';

/** The journal: `AGENT_DISPATCH_USAGE_LOG`, else `usage.jsonl` beside agents.yaml (R-ADX-027). */
export function usageJournalPath(
  env: Readonly<Record<string, string | undefined>>,
  agentsFile: string,
): string {
  const named = env.AGENT_DISPATCH_USAGE_LOG ?? '';
  return named === '' ? join(dirname(agentsFile), 'usage.jsonl') : resolve(named);
}

/** Oldest first: what was renamed when the journal grew too large, and the journal. */
export const generations = (path: string): readonly string[] => [`${path}.1`, path];

const FILE_MODE = 0o600;
const DIR_MODE = 0o700;

/** Adds a line in one append, so that many processes may share the file; a large one is renamed first (R-ADX-028). */
export function appendLine(path: string, line: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: DIR_MODE });
  if (sizeOf(path) >= USAGE_JOURNAL_BYTES_MAX) renameSync(path, `${path}.1`);
  const fd = openSync(path, 'a', FILE_MODE);
  try {
    writeSync(fd, line);
  } finally {
    closeSync(fd);
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Changes with every line. */
export function fingerprintOf(path: string): string {
  return generations(path)
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat === undefined ? '-' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
    })
    .join();
}

/** The records in the last `bytesMax` of each generation, oldest first; broken lines are passed over (R-ADX-035). */
export async function readRecords(path: string, bytesMax: number): Promise<readonly UsageRecord[]> {
  const texts = await Promise.all(generations(path).map((file) => tailOf(file, bytesMax)));
  return texts
    .flatMap((text) => text.split('\n'))
    .map(readUsageLine)
    .filter((record) => record !== null);
}

/** Whole lines at the end of a file; '' when it cannot be read. */
async function tailOf(file: string, bytesMax: number): Promise<string> {
  try {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      const start = Math.max(0, size - bytesMax);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
      const text = buffer.toString('utf8', 0, bytesRead);
      // The first line of a cut tail has lost its beginning.
      return start === 0 ? text : text.slice(text.indexOf('\n') + 1);
    } finally {
      await handle.close();
    }
  } catch {
    return '';
  }
}
