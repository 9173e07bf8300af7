import { progressLine } from '../../core/policy/dispatch/append-progress.ts';
import { PROGRESS_LINES_MAX } from '../../core/policy/dispatch/limits.ts';
import type { Job } from '../../core/schema/job.ts';
import type { CallContext } from '../operation.ts';

/**
 * Tells a waiting caller what the agent does meanwhile; answers the way to stop. With the job once it has ended, what
 * was said last is told before (R-AD-086): its events may still be on their way from another process.
 */
export function showProgress(
  { progress, events }: CallContext,
  { jobId, request }: Job,
): (ended: Job | null) => void {
  if (progress === undefined) return () => {};
  let told: readonly string[] = [];
  const tell = (line: string): void => {
    told = [...told, line].slice(-PROGRESS_LINES_MAX);
    progress(`[${request.agent}] ${line}`);
  };
  const unsubscribe = events.subscribe((batch) => {
    for (const { job_id, type, data } of batch) {
      if (job_id !== jobId) continue;
      const line = progressLine({ type, data });
      if (line !== '') tell(line);
    }
  });
  return (ended) => {
    unsubscribe();
    for (const line of untold(ended?.progress ?? [], told)) tell(line);
  };
}

/** What follows in these last lines on those told already. */
function untold(lines: readonly string[], told: readonly string[]): readonly string[] {
  for (let count = Math.min(lines.length, told.length); count > 0; count -= 1) {
    const end = told.slice(-count);
    if (end.every((line, index) => line === lines[index])) return lines.slice(count);
  }
  return lines;
}
