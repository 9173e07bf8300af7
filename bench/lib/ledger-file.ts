import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerClient as LedgerClientClass } from '../../src/library/ledger/ledger-client.ts';

/** A seed file of pending tasks `t-0`, `t-1`, … of one role; both ledgers read the same. */
export function writeSeed(path: string, count: number): void {
  const tasks = Array.from({ length: count }, (_, index) => ({
    ...{ id: `t-${index}`, agent_owner: 'code', status: 'pending', title: `task ${index}` },
    ...{ description: 'Nothing to do', priority: 3, created_at: '2026-01-01T00:00:00Z' },
  }));
  writeFileSync(path, JSON.stringify(tasks));
}

/** Makes a ledger file of those tasks. */
export async function seedLedger(
  code: string,
  { file, seed }: { file: string; seed: string },
): Promise<void> {
  const { LedgerClient } = (await import(join(code, 'library', 'ledger', 'ledger-client.js'))) as {
    LedgerClient: typeof LedgerClientClass;
  };
  const ledger = new LedgerClient(file);
  ledger.seed_from_json(seed);
  ledger.close();
}
