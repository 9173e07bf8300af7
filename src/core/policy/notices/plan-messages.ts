import { NOTICE_DIGEST_MAX, NOTICE_SINGLES_MAX } from '../../notice-limits.ts';
import type { Notice, NoticeKind } from '../../schema/notice.ts';

export interface PlanInput {
  /** In no message of this channel yet, oldest first. */
  readonly unsent: readonly Notice[];
  /** Messages of the last hour. */
  readonly sentLastHour: number;
  readonly messagesPerHourMax: number;
  /** Kinds nobody wants to be pushed. */
  readonly off: readonly NoticeKind[];
  readonly quiet: boolean;
}

/** What becomes of notices that are in no message yet; what is in none of the lists waits. */
export interface MessagePlan {
  readonly singles: readonly Notice[];
  /** One message of all of these; empty = none. */
  readonly digest: readonly Notice[];
  /** Never to be pushed: switched off, or resolved before anybody was told. */
  readonly dropped: readonly Notice[];
}

/** Decides what goes out now, one by one or together; urgent ones wait for nothing (R-PROD-080). */
export function planMessages(input: PlanInput): MessagePlan {
  const { unsent, sentLastHour, messagesPerHourMax, off, quiet } = input;
  const isMoot = (notice: Notice) => off.includes(notice.kind) || isResolved(notice);
  const dropped = unsent.filter(isMoot);
  const wanted = unsent.filter((notice) => !isMoot(notice));
  const urgent = wanted.filter(({ priority }) => priority === 'urgent');
  const others = wanted.filter(({ priority }) => priority !== 'urgent').slice(0, NOTICE_DIGEST_MAX);
  const room = messagesPerHourMax - sentLastHour - urgent.length;
  if (quiet || room <= 0 || others.length === 0) return { singles: urgent, digest: [], dropped };
  if (others.length <= Math.min(room, NOTICE_SINGLES_MAX))
    return { singles: [...urgent, ...others], digest: [], dropped };
  return { singles: urgent, digest: others, dropped };
}

/** What has only run out of its time was news to nobody yet: it is told after quiet hours and a full hour, too. */
const isResolved = ({ resolvedAt, closesAt }: Notice): boolean =>
  resolvedAt !== null && (closesAt === null || resolvedAt < closesAt);
