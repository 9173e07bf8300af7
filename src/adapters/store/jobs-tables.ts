import type { SessionRecord } from '../../core/ports/jobs.ts';
import type { JobMode, JobStatus } from '../../core/schema/job.ts';
import { sqlBuilder } from './query.ts';

/** Every table holds the rows of many projects. */
interface OfProject {
  readonly project: string;
}
interface OfJob extends OfProject {
  readonly jobId: string;
}

/** A job without its texts. Times are epoch milliseconds. */
export interface JobRow extends OfJob {
  /** Order of arrival: tells apart what came in one millisecond. */
  readonly seq: number;
  readonly mode: JobMode;
  readonly agent: string;
  readonly status: JobStatus;
  /** First 120 characters. */
  readonly task: string;
  readonly createdAt: number;
  readonly startedAt: number | null;
  /** Null = open. */
  readonly completedAt: number | null;
  /** Order of ends: what a waiter reads on from. */
  readonly endSeq: number | null;
  readonly sessionId: string;
  readonly resume: number;
  readonly runId: string | null;
  readonly hostId: string | null;
  readonly parentRunId: string | null;
  readonly taskId: string | null;
  readonly parentId: string | null;
  readonly cacheKey: string | null;
  readonly success: number | null;
  readonly costUsd: number | null;
  /** The beginning of it. */
  readonly error: string | null;
  readonly errorType: string | null;
  readonly outcome: string | null;
  readonly lastProgress: string | null;
  readonly progressUpdatedAt: number | null;
}

/** Tables of `records.db` about jobs; texts are JSON but for errors. */
export interface JobsTables {
  jobs: JobRow;
  jobRequests: OfJob & { request: string; spec: string; chain: string };
  jobResults: OfJob & { result: string | null; error: string | null };
  jobProgress: OfJob & { lines: string };
  cachedAnswers: OfJob & {
    cacheKey: string;
    agent: string;
    /** When its job was asked for: an older question never replaces a newer answer. */
    askedAt: number;
    /** Order of insertion; the lowest goes first. */
    seq: number;
    expiresAt: number;
  };
  sessions: OfProject & SessionRecord;
  counters: OfProject & { name: string; value: number };
}

/** Writes queries about jobs. */
export const jobs = sqlBuilder<JobsTables>();
