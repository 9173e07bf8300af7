import { PROGRESS_WRITE_MS } from '../core/dispatch-limits.ts';
import { appendProgress } from '../core/policy/dispatch/append-progress.ts';
import type { Jobs } from '../core/ports/jobs.ts';

/** Keeps the last lines of what an agent says, written about once a second and at the end (R-AD-112). */
export function createDispatchProgress(jobs: Jobs, jobId: string, onError: (error: unknown) => void) {
  let lines: readonly string[] = [];
  let written: readonly string[] = lines;
  let timer: NodeJS.Timeout | null = null;
  let writes: Promise<unknown> = Promise.resolve();

  const write = () => {
    timer = null;
    if (lines === written) return;
    const now = lines;
    written = now;
    writes = writes.then(() => jobs.progress(jobId, now, Date.now())).catch(onError);
  };
  return {
    event(type: string, data: Readonly<Record<string, unknown>>): void {
      lines = appendProgress(lines, { type, data });
      if (lines !== written) timer ??= setTimeout(write, PROGRESS_WRITE_MS);
    },
    async end(): Promise<void> {
      if (timer !== null) clearTimeout(timer);
      write();
      await writes;
    },
  };
}
