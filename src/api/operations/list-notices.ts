import { z } from 'zod';
import { NoticeKind, NoticePriority } from '../../core/schema/notice.ts';
import { limit } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { isoTime } from '../wire/time.ts';

/** `GET /notices`: what needs attention, newest first (R-PROD-080). */
export const listNotices = defineOperation({
  name: 'list-notices',
  summary: 'List what needs attention',
  http: { method: 'GET', path: '/notices', access: 'read' },
  cli: { words: ['notices'], examples: ['dispatch notices', 'dispatch notices --all'] },
  input: z.object({
    limit: limit(),
    all: z.boolean().default(false).describe('Also what is resolved'),
  }),
  output: z.array(
    z.strictObject({
      notice_id: z.string(),
      kind: NoticeKind,
      key: z.string(),
      subject: z.string(),
      body: z.string(),
      priority: NoticePriority,
      since: z.string(),
      resolved_at: z.string().nullable(),
    }),
  ),
  async run({ store }, input) {
    const kept = await store.notices.list({ limit: input.limit, ...(input.all ? {} : { open: true }) });
    return kept.map(({ noticeId, since, resolvedAt, closesAt: _, tags: __, ...notice }) => ({
      notice_id: noticeId,
      ...notice,
      since: isoTime(since),
      resolved_at: resolvedAt === null ? null : isoTime(resolvedAt),
    }));
  },
});
