import { JOB_ADOPT_AGE_MS, JOB_ADOPT_MS } from '../core/dispatch-limits.ts';
import { messageOf } from '../core/errors.ts';
import { LIST_PAGE_MAX } from '../core/limits.ts';
import { abandonedEnd } from '../core/policy/dispatch/abandoned-end.ts';
import { plannedJob } from '../core/policy/dispatch/new-job.ts';
import type { DispatchControl } from '../core/ports/dispatch-control.ts';
import type { Jobs } from '../core/ports/jobs.ts';
import type { Log } from '../core/ports/log.ts';
import type { Records } from '../core/ports/store.ts';
import type { JobSummary } from '../core/schema/job.ts';

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
  const look = async () => {
    try {
      if (await ports.records.takeLock(LOCK_NAME, ports.owner, JOB_ADOPT_MS * 2)) await adoptJobs(ports);
    } catch (error) {
      ports.log.warn({ error: messageOf(error) }, 'open jobs not looked through');
    }
  };
  void look();
  const timer = setInterval(() => void look(), JOB_ADOPT_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Takes up jobs that nobody carries on (R-AD-114): a pending one whose caller died before it was started, a running one
 * whose server lost its state. One whose workflow somebody ended by hand is over, and says so. Answers how many.
 */
export async function adoptJobs(ports: AdoptJobsPorts): Promise<number> {
  const { jobs, log } = ports;
  let adopted = 0;
  for (const summary of await jobs.listOpen(LIST_PAGE_MAX)) {
    if (Date.now() - (summary.startedAt ?? summary.createdAt) < JOB_ADOPT_AGE_MS) continue;
    try {
      if (await adopt(ports, summary)) adopted += 1;
    } catch (error) {
      log.warn({ jobId: summary.jobId, error: messageOf(error) }, 'job not taken up');
    }
  }
  return adopted;
}

async function adopt({ jobs, dispatches, log }: AdoptJobsPorts, summary: JobSummary): Promise<boolean> {
  const { jobId } = summary;
  if (await dispatches.isCarriedOn(summary)) return false;
  const job = await jobs.get(jobId);
  if (job === null || job.completedAt !== null) return false;
  if (job.mode === 'session' && job.status === 'pending') {
    await dispatches.startTurn(plannedJob(job));
    return true;
  }
  const turn = job.status === 'running' ? 'continue' : 'as-asked';
  if (job.parentId === null && (await dispatches.start(plannedJob(job), { turn }))) {
    log.info({ jobId, status: job.status }, 'job taken up again');
    return true;
  }
  await jobs.end(jobId, abandonedEnd(job, Date.now()));
  log.warn({ jobId }, 'job given up: its workflow was ended from outside');
  return false;
}
