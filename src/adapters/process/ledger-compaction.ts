import { open, readFile, rename, stat } from 'node:fs/promises';
import { type LedgerLine, type ProcessOwner, parseLedger, unclosedRuns } from './ledger-lines.ts';
import { bootId, isAlive } from './process-identity.ts';

/**
 * Rewrites the ledger with nothing but its unclosed runs, and answers whether it did: a worker that appends to the old
 * file would lose its lines, so nothing happens while another one lives.
 */
export async function compactLedger(path: string, owner: ProcessOwner): Promise<boolean> {
  const text = await readFile(path);
  const lines = parseLedger(text.toString('utf8'));
  const owners = lines.flatMap((line) => ('owner' in line ? [line.owner] : []));
  if (owners.some((other) => !isSame(other, owner) && other.bootId === bootId() && isAlive(other)))
    return false;
  const open = new Set(unclosedRuns(lines).map(({ runId }) => runId));
  const kept = lines.filter((line) => 'runId' in line && open.has(line.runId));
  const self: LedgerLine = { kind: 'owner', owner, at: new Date().toISOString() };
  const rewritten = `${path}.new`;
  await writeSynced(rewritten, [self, ...kept].map((line) => JSON.stringify(line)).join('\n'));
  // Somebody opened the ledger in the meantime: theirs stays.
  if ((await stat(path)).size !== text.length) return false;
  await rename(rewritten, path);
  return true;
}

function isSame(one: ProcessOwner, other: ProcessOwner): boolean {
  return one.pid === other.pid && one.startTime === other.startTime && one.bootId === other.bootId;
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
}
