import type { Jobs } from '../core/ports/jobs.ts';
import type { RunEnding } from '../core/schema/task-flow.ts';

interface RunOfJob {
  readonly jobId: string;
  readonly runId: string;
  readonly ending: RunEnding;
}

const NOTHING = { durationMs: 0, outputBytes: 0, tail: '' } as const;

/**
 * How a run ended, for its record. One whose worker was killed after it had kept the answer has ended the way its job
 * did: only the news of it was lost.
 */
export async function toldEnding(jobs: Jobs, { jobId, runId, ending }: RunOfJob): Promise<RunEnding> {
  if (ending.kind !== 'worker-lost') return ending;
  const job = await jobs.get(jobId);
  if (job === null || job.runId !== runId || job.result === null) return ending;
  if (job.status === 'done') return { kind: 'succeeded', ...NOTHING };
  if (job.status !== 'failed') return ending;
  return { kind: 'failed', reason: job.error ?? 'its answer says why', retryable: false, ...NOTHING };
}
