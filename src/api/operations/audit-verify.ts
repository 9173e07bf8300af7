import { hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { checkTrail } from '../../core/policy/audit/check-trail.ts';
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
    const { rows, unprotected, lastSeq, lastHash, fault } = await checkTrail({
      ...{ records: store.records, anchors: new Map(), pause: () => nextTurn() },
      sha256: (text) => hash('sha256', text),
    });
    return {
      ...{ ok: fault === null, rows, unprotected, last_seq: lastSeq, last_hash: lastHash },
      fault: fault === null ? null : { ...fault },
    };
  },
});
