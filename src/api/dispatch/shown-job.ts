import { jobRecord } from '../../core/policy/dispatch/job-record.ts';
import { isOver, type Job } from '../../core/schema/job.ts';
import type { CallContext } from '../operation.ts';
import { wireQuestion } from '../wire/question.ts';
import { whyOfJob } from './why-of-job.ts';

/** A job for those who ask for it; one that waits says for what (R-SYS-017), or for which answer of a person (R-SYS-026). */
export async function shownJob(context: CallContext, job: Job) {
  const record = jobRecord(job);
  if (isOver(job.status) || job.runId !== null) return record;
  // One that has asked has no run in hand.
  const asked = job.status === 'running' ? await context.store.questions.pending(job.jobId) : [];
  const open = asked.find(({ status }) => status === 'open');
  if (open !== undefined) return { ...record, status: 'waiting' as const, question: wireQuestion(open) };
  const { code, reason } = await whyOfJob(context, job);
  return code === 'starting' ? record : { ...record, waiting_for: reason };
}
