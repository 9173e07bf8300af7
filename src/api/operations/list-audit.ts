import { z } from 'zod';
import { limit } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { isoTime } from '../wire/time.ts';

/** `GET /audit`: who changed what over which channel, newest first. */
export const listAudit = defineOperation({
  name: 'list-audit',
  summary: 'Show who changed what',
  http: { method: 'GET', path: '/audit', access: 'read' },
  cli: { words: ['audit', 'list'], isDefault: true, examples: ['dispatch audit list --limit 20'] },
  input: z.object({ limit: limit() }),
  output: z.array(
    z.strictObject({
      seq: z.int(),
      at: z.string(),
      channel: z.string(),
      actor: z.string(),
      action: z.string(),
      subject: z.string(),
      detail: z.record(z.string(), z.unknown()),
    }),
  ),
  async run({ store }, input) {
    const entries = await store.records.listAudit(input.limit);
    return entries.map(({ seq, at, channel, actor, action, subject, detail }) => ({
      seq,
      at: isoTime(at),
      channel,
      actor,
      action,
      subject,
      detail: { ...detail },
    }));
  },
});
