import { jobRecord } from '../../core/policy/dispatch/job-record.ts';
import type { Job } from '../../core/schema/job.ts';
import type { CallContext } from '../operation.ts';
import { wireQuestion } from '../wire/question.ts';

/** A job for those who ask for it; one that waits for a person's answer says so (R-SYS-026). */
export async function shownJob({ store }: Pick<CallContext, 'store'>, job: Job) {
  const record = jobRecord(job);
  // One that has asked has no run in hand; hardly any other has none while it runs.
  if (job.status !== 'running' || job.runId !== null) return record;
  const open = (await store.questions.pending(job.jobId)).find(({ status }) => status === 'open');
  if (open === undefined) return record;
  return { ...record, status: 'waiting' as const, question: wireQuestion(open) };
}
