import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { AUDIT_PAGE_MAX } from '../../core/limits.ts';
import type { ChainHead } from '../../core/policy/audit/chain.ts';
import { type ChainReport, createChainCheck } from '../../core/policy/audit/check-chain.ts';
import type { Records } from '../../core/ports/store.ts';
import { defineOperation } from '../operation.ts';

/** `GET /audit/verify`: is the audit trail whole and unchanged? Names the first bad line (R-PROD-028). */
export const auditVerify = defineOperation({
  name: 'audit-verify',
  summary: 'Check the audit trail: is it whole and unchanged?',
  http: { method: 'GET', path: '/audit/verify', access: 'read' },
  input: z.object({}),
  output: z.strictObject({
    ok: z.boolean(),
    rows: z.int(),
    /** Lines from before the trail was chained. */
    unprotected: z.int(),
    last_seq: z.int(),
    last_hash: z.string(),
    fault: z.strictObject({ seq: z.int(), problem: z.string() }).nullable(),
  }),
  async run({ store }) {
    const { rows, unprotected, lastSeq, lastHash, fault } = await check(store.records);
    return {
      ...{ ok: fault === null, rows, unprotected, last_seq: lastSeq, last_hash: lastHash },
      fault: fault === null ? null : { ...fault },
    };
  },
});

/** Page by page, so that everybody else is served meanwhile; up to the line that was the last at the beginning. */
async function check(records: Pick<Records, 'auditHead' | 'readAuditChain'>): Promise<ChainReport> {
  const head: ChainHead | null = await records.auditHead();
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const chain = createChainCheck({ sha256, head, anchors: new Map() });
  for (let seq = 0; ; ) {
    const page = await records.readAuditChain({ seq, limit: AUDIT_PAGE_MAX });
    const known = head === null ? page : page.filter((row) => row.seq <= head.seq);
    if (!known.every((row) => chain.take(row)) || known.length < AUDIT_PAGE_MAX) return chain.report();
    seq = known.at(-1)?.seq ?? seq;
    await nextTurn();
  }
}
