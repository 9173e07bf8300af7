import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { Anchor } from '../../core/schema/audit-anchor.ts';
import { defineOperation } from '../operation.ts';

/** `GET /audit/anchor`: the end of the audit trail, to be written down where no agent can change it (R-PROD-028). */
export const auditAnchor = defineOperation({
  name: 'audit-anchor',
  summary: 'Tell the last line of the audit trail and its hash, to be kept elsewhere',
  http: { method: 'GET', path: '/audit/anchor', access: 'read' },
  input: z.object({}),
  output: Anchor,
  async run({ store, settings: { project } }) {
    const head = await store.records.auditHead();
    if (head === null)
      throw new AppError('not-found', 'the audit trail has no line yet', {
        hint: 'start the project, or change something: dispatch up',
      });
    const { seq, hash } = head;
    return { kind: 'dispatch-audit-anchor' as const, project, seq, hash, at: new Date().toISOString() };
  },
});
