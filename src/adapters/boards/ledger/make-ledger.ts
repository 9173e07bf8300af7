import { AUDIT_GENESIS_PREV_HASH } from '../../../core/policy/audit/chain-upstream.ts';
import { appendEvent, latestHash, PRODUCER } from './audit.ts';
import { openLedger } from './open-ledger.ts';

/** Makes an empty ledger whose audit chain has begun; one that is there already is only brought up to date (R-PROD-005). */
export async function makeLedger(path: string): Promise<void> {
  const database = await openLedger(path);
  try {
    await database.write((connection) => {
      if (latestHash(connection) !== AUDIT_GENESIS_PREV_HASH) return;
      appendEvent(connection, { agentOwner: PRODUCER, action: 'schema_init', detail: { schema_version: 1 } });
    });
  } finally {
    database.close();
  }
}
