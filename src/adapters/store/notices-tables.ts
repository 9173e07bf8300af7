import type { Notice } from '../../core/schema/notice.ts';
import { sqlBuilder } from './query.ts';

/** Tables of `records.db` about notices. Times are epoch milliseconds. */
export interface NoticesTables {
  notices: Notice & { project: string; seq: number; writtenAt: number | null };
  /** Which message of a channel a notice went into; a digest is one message of several. */
  noticeSends: {
    project: string;
    channel: string;
    noticeId: string;
    messageId: string;
    /** Null = still to be sent; set and no `sentAt` = given up. */
    settledAt: number | null;
    sentAt: number | null;
    tries: number;
    nextAt: number;
    error: string | null;
  };
  counters: { project: string; name: string; value: number };
}

/** Writes queries about notices. */
export const notices = sqlBuilder<NoticesTables>();
