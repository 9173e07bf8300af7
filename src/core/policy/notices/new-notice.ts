import {
  NOTICE_BODY_BYTES_MAX,
  NOTICE_KEY_LENGTH_MAX,
  NOTICE_SUBJECT_LENGTH_MAX,
} from '../../notice-limits.ts';
import type { NewNotice } from '../../ports/notices.ts';
import type { Notice } from '../../schema/notice.ts';
import { truncateUtf8 } from '../utf8.ts';
import { KINDS } from './kinds.ts';
import { redact } from './redact.ts';

/** A notice as it is kept: bounded, without secrets and control characters, with what its kind stands for. */
export function newNotice(
  { kind, key, subject, body, priority, tags }: NewNotice,
  {
    noticeId,
    now,
    secrets,
  }: { readonly noticeId: string; readonly now: number; readonly secrets: readonly string[] },
): Omit<Notice, 'resolvedAt'> {
  const policy = KINDS[kind];
  const clean = (text: string) => plain(redact(text, secrets));
  return {
    ...{ noticeId, kind },
    key: key.slice(0, NOTICE_KEY_LENGTH_MAX),
    subject: clean(subject).replaceAll(/\s+/g, ' ').trim().slice(0, NOTICE_SUBJECT_LENGTH_MAX),
    body: truncateUtf8(clean(body).trim(), NOTICE_BODY_BYTES_MAX),
    priority: priority ?? policy.priority,
    tags: (tags ?? [policy.tag]).join(','),
    since: now,
    closesAt: policy.lastsMs === null ? null : now + policy.lastsMs,
  };
}

/** Line breaks and tabs may stay; the rest of the control characters is nothing for a file people open. */
const plain = (text: string): string => text.replaceAll('\r\n', '\n').replaceAll(/[^\P{Cc}\n\t]/gu, ' ');
