import type { WatchedJobs } from './jobs.ts';

/** What a follower does with what it finds. */
export interface EndFollowerConfig {
  /** Ends after this mark are told. */
  readonly mark: number;
  readonly pollMs: number;
  readonly onEnded: (jobId: string) => void;
  readonly onError: (error: unknown) => void;
}

/** Tells of every job that ends after the mark, at least once, until `stop`. */
export function followJobEnds(jobs: WatchedJobs, config: EndFollowerConfig): { stop(): void } {
  const { pollMs, onEnded, onError } = config;
  /** Null = look whatever the file says: the last look failed or did not reach the end. */
  let changes: number | null = null;
  let { mark } = config;

  function look(): void {
    try {
      const present = jobs.foreignChanges();
      if (present === changes) return;
      changes = null;
      const page = jobs.endedSinceNow(mark);
      mark = page.mark;
      if (!page.more) changes = present;
      for (const jobId of page.jobIds) onEnded(jobId);
    } catch (error) {
      changes = null;
      onError(error);
    }
  }

  const stopListening = jobs.onEnd(onEnded);
  const timer = setInterval(look, pollMs).unref();
  return {
    stop() {
      stopListening();
      clearInterval(timer);
    },
  };
}
