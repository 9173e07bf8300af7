import type { DispatchResult } from '../schema/dispatch.ts';
import type { Job, JobStatus, JobSummary, OpenJob } from '../schema/job.ts';
import type { ChangeNote } from './store.ts';

export interface JobFilter {
  readonly status?: JobStatus;
  readonly agent?: string;
  readonly limit: number;
}

/** How a job ended. */
export interface JobEnd {
  readonly status: 'done' | 'failed' | 'cancelled';
  readonly result: DispatchResult | null;
  readonly error: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Ends the job only if it stands here now; absent = in whichever state it is open. */
  readonly from?: 'pending' | 'running';
  /** The turn it was of a conversation, noted in the same write: whoever hears of the end may go on with it. */
  readonly turn?: { readonly sessionId: string; readonly costMicroUsd: number };
}

/** What is kept of a conversation (R-AD-077). */
export interface SessionRecord {
  readonly sessionId: string;
  readonly agent: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly turns: number;
  readonly costMicroUsd: number;
}

/** Counters of the answer cache, shared by all processes (R-AD-120). */
export interface CacheCounters {
  readonly size: number;
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
}

/**
 * Every dispatch of a project, durable and shared by all its processes. A job goes pending → running → done | failed |
 * cancelled and never back: each change says from where, and the first to end a job wins (R-AD-101, R-AD-108).
 */
export interface Jobs {
  /**
   * Keeps a new job. With a `cacheKey` that an open job has already, or one whose kept answer came after this one was
   * created, nothing is kept and that job is answered: equal calls at the same time pay once (R-AD-084).
   */
  add(job: Job): Promise<{ readonly added: boolean; readonly job: Job }>;
  get(jobId: string): Promise<Job | null>;
  /** Status alone, without texts; null = no such job. */
  statusOf(jobId: string): Promise<JobStatus | null>;
  list(filter: JobFilter): Promise<readonly JobSummary[]>;
  /** All of them, oldest first; what a worker looks through for work that nobody carries on. */
  listOpen(): Promise<readonly OpenJob[]>;
  /** The turns of a dialogue or the parts of a parallel, in the order they came, with their texts. */
  ofParent(parentId: string): Promise<readonly Job[]>;
  /** pending|running → running under this run; false = it is over, or called off: do not spawn. */
  start(
    jobId: string,
    run: {
      readonly runId: string;
      readonly hostId: string;
      readonly at: number;
      /** What the audit trail says besides. */
      readonly note?: ChangeNote;
    },
  ): Promise<boolean>;
  /** Its run is over and the job goes on: it has none in hand until the next. */
  rest(jobId: string, runId: string): Promise<void>;
  /** Replaces the progress lines of a running job; a job that is over keeps what it had (R-AD-113). */
  progress(jobId: string, lines: readonly string[], at: number): Promise<void>;
  /** pending|running → its end; false = it was over already. Fills the cache when asked to, in the same write. */
  end(
    jobId: string,
    end: JobEnd,
    cache?: { readonly ttlMs: number; readonly maxSize: number },
  ): Promise<boolean>;
  /** Adds the result of a run that ended after its job was called off: session and cost are not lost. */
  noteLate(jobId: string, result: DispatchResult): Promise<void>;
  /** Ended jobs older than this (by end, else by creation); `dryRun` only lists them. */
  purge(beforeMs: number, options: { readonly dryRun: boolean }): Promise<readonly JobSummary[]>;

  /** A fresh answer of an equal call; counts a hit or a miss. `now` in epoch ms. */
  cached(cacheKey: string, now: number): Promise<DispatchResult | null>;
  cacheCounters(now: number): Promise<CacheCounters>;
  /** Empties the cache and its counters; answers how many answers went. */
  clearCache(): Promise<number>;
  dropCachedAgent(agent: string): Promise<void>;

  session(sessionId: string): Promise<SessionRecord | null>;
  /** Notes a turn of a conversation; creates its record at the first. */
  touchSession(turn: {
    readonly sessionId: string;
    readonly agent: string;
    readonly at: number;
    readonly costMicroUsd: number;
  }): Promise<void>;
  listSessions(limit: number): Promise<readonly SessionRecord[]>;
  /**
   * An open job of this conversation other than the one given and turns that have not begun, which come one after the
   * other anyway: a conversation has one run at a time.
   */
  openJobOfSession(sessionId: string, besides: string): Promise<string | null>;
  /** Were the jobs of this source, such as a folder, taken over completely? */
  isImported(source: string): Promise<boolean>;
  /** Takes over jobs as they are; those known already stay. Answers how many were new. */
  importJobs(jobs: readonly Job[]): Promise<number>;
  /** Notes for good that a source has been taken over. */
  finishImport(source: string): Promise<void>;

  /** Which job a run belongs to, with the agents that led to it: depth and cycles are known here. */
  jobOfRun(runId: string): Promise<Pick<Job, 'jobId' | 'chain' | 'request' | 'sessionId'> | null>;
}
