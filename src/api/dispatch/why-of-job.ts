import { dispatchWorkflowId } from '../../core/ids.ts';
import { accountOf } from '../../core/policy/account.ts';
import { waitingText } from '../../core/policy/questions/texts.ts';
import type { Job } from '../../core/schema/job.ts';
import type { CallContext } from '../operation.ts';
import { whyJob } from '../why-job.ts';

/** The one reason a dispatch is where it is, from the store alone (R-SYS-017). */
export async function whyOfJob({ store, settings, agents }: CallContext, job: Job) {
  const [questions, governor, hosts, directory, open] = await Promise.all([
    job.runId === null ? store.questions.pending(job.jobId) : [],
    store.records.loadGovernor(),
    store.records.listHosts(),
    // Without the files of agents it says what it can.
    agents.read().catch(() => null),
    job.mode === 'session' ? store.jobs.listOpen() : [],
  ]);
  const before = open.filter(
    ({ sessionId, createdAt }) => sessionId === job.sessionId && createdAt < job.createdAt,
  );
  const turnBefore = before[0]?.jobId ?? null;
  const workflowId = dispatchWorkflowId(settings.project, job.jobId);
  const name = job.request.agent;
  const account = accountOf({ kind: job.spec.kind, name, env: directory?.agents.get(name)?.env ?? {} });
  const asked = questions.filter(({ status }) => status === 'open');
  const asks = asked.length === 0 ? null : waitingText(asked);
  return whyJob({ job, asks, workflowId, account, turnBefore, governor, hosts, now: Date.now() });
}
