import { JOB_ADOPT_MS, JOB_ADOPT_MS_MAX } from '../core/dispatch-limits.ts';
import { messageOf } from '../core/errors.ts';
import { abandonedEnd } from '../core/policy/dispatch/abandoned-end.ts';
import { isAdoptable } from '../core/policy/dispatch/adopt-age.ts';
import type { DispatchControl } from '../core/ports/dispatch-control.ts';
import type { Jobs } from '../core/ports/jobs.ts';
import type { Log } from '../core/ports/log.ts';
import type { Records } from '../core/ports/store.ts';

export interface AdoptJobsPorts {
  readonly jobs: Jobs;
  readonly records: Pick<Records, 'takeLock'>;
  readonly dispatches: DispatchControl;
  readonly log: Log;
  /** Names this process among those that could do it. */
  readonly owner: string;
}

const LOCK_NAME = 'adopt-jobs';

/** Looks for such jobs now and then; one process of the project does it. Answers the way to stop. */
export function startAdoptingJobs(ports: AdoptJobsPorts): () => void {
  const lookAt = new Map<string, number>();
  let isLooking = false;
  const look = async () => {
    // A server that does not answer is asked by one of us at a time.
    if (isLooking) return;
    isLooking = true;
    try {
      if (await ports.records.takeLock(LOCK_NAME, ports.owner, JOB_ADOPT_MS * 2))
        await adoptJobs(ports, lookAt);
    } catch (error) {
      ports.log.warn({ error: messageOf(error) }, 'open jobs not looked through');
    } finally {
      isLooking = false;
    }
  };
  void look();
  const timer = setInterval(() => void look(), JOB_ADOPT_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Takes up jobs that nobody carries on (R-AD-114): a pending one whose caller died before it was started, a running one
 * whose server lost its state. One whose workflow somebody ended by hand is over, and says so. The older a job that is
 * carried on, the more rarely the server is asked for it: `lookAt` remembers when again (epoch ms).
 */
export async function adoptJobs(ports: AdoptJobsPorts, lookAt: Map<string, number>): Promise<void> {
  const { jobs, log } = ports;
  const open = await jobs.listOpen();
  const ids = new Set(open.map(({ jobId }) => jobId));
  for (const jobId of lookAt.keys()) if (!ids.has(jobId)) lookAt.delete(jobId);
  for (const job of open) {
    const { jobId } = job;
    const now = Date.now();
    const ageMs = now - (job.startedAt ?? job.createdAt);
    if (!isAdoptable(job, now) || now < (lookAt.get(jobId) ?? 0)) continue;
    try {
      if (!(await ports.dispatches.isCarriedOn(job))) await adopt(ports, jobId);
      lookAt.set(jobId, now + Math.min(ageMs / 4, JOB_ADOPT_MS_MAX));
    } catch (error) {
      log.warn({ jobId, error: messageOf(error) }, 'job not taken up');
    }
  }
}

async function adopt({ jobs, dispatches, log }: AdoptJobsPorts, jobId: string): Promise<void> {
  const job = await jobs.get(jobId);
  if (job === null || job.completedAt !== null) return;
  if (await dispatches.takeUp(job)) {
    log.info({ jobId, status: job.status }, 'job taken up again');
    return;
  }
  await jobs.end(jobId, abandonedEnd(job, Date.now()));
  log.warn({ jobId }, 'job given up: its workflow was ended from outside');
}
