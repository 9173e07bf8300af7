import { z } from 'zod';

/** What people are told of (R-PROD-075, R-PROD-080, R-PROD-081); each can be switched off for pushes. */
export const NOTICE_KINDS = [
  'escalation',
  'question',
  'kill-switch',
  'cap-hit',
  'soft-cap',
  'pricing-stale',
  'worker-lost',
  'anomaly',
  'idle',
  'back-online',
  'wake-up',
  'report',
] as const;
export const NoticeKind = z.enum(NOTICE_KINDS);
export type NoticeKind = z.infer<typeof NoticeKind>;

/** As ntfy names them, least pressing first. */
export const NOTICE_PRIORITIES = ['min', 'low', 'default', 'high', 'urgent'] as const;
export const NoticePriority = z.enum(NOTICE_PRIORITIES);
export type NoticePriority = z.infer<typeof NoticePriority>;

/** Something a person should look at, from when it was raised until it is resolved. */
export const Notice = z.strictObject({
  noticeId: z.string(),
  kind: NoticeKind,
  /** What it is about; one notice of a key is open at a time. */
  key: z.string(),
  subject: z.string(),
  body: z.string(),
  priority: NoticePriority,
  /** ntfy's tags, joined by commas. */
  tags: z.string(),
  /** Epoch milliseconds. */
  since: z.int(),
  resolvedAt: z.int().nullable(),
  /** When it closes by itself; null = only when somebody resolves it. */
  closesAt: z.int().nullable(),
});
export type Notice = z.infer<typeof Notice>;
