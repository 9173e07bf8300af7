import { dispatchWorkflowId } from '../../core/ids.ts';
import { LIST_PAGE_MAX } from '../../core/limits.ts';
import { accountOf } from '../../core/policy/account.ts';
import type { GovernorState, Lease } from '../../core/policy/governor/state.ts';
import { DISPATCH_POOL } from '../../core/policy/pools.ts';
import { waitingText } from '../../core/policy/questions/texts.ts';
import type { Job } from '../../core/schema/job.ts';
import type { CallContext } from '../operation.ts';
import { whyJob } from '../why-job.ts';

/** The one reason a dispatch is where it is, from the store alone (R-SYS-017). */
export async function whyOfJob({ store, settings, agents }: CallContext, job: Job) {
  const [questions, governor, hosts, directory, open] = await Promise.all([
    job.runId === null ? store.questions.pending(job.jobId) : [],
    governorWithRuns(store),
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

/** The saved state may be a moment old: what runs of such calls holds a slot, whether that was saved or not. */
async function governorWithRuns({
  records,
  projection,
}: CallContext['store']): Promise<GovernorState | null> {
  const [saved, running] = await Promise.all([
    records.loadGovernor(),
    projection.listRuns({ status: 'running', limit: LIST_PAGE_MAX }),
  ]);
  if (saved === null) return null;
  const unsaved = running.filter(
    ({ runId, surface }) => surface === 'dispatch' && !Object.hasOwn(saved.leases, runId),
  );
  const leases = unsaved.map(({ runId: leaseId, agent, startedAt: grantedAt }): readonly [string, Lease] => [
    leaseId,
    {
      ...{ leaseId, workflowId: '', taskId: null, pool: DISPATCH_POOL, route: null, agent, grantedAt },
      ...{ epoch: saved.brake.epoch, unconfirmed: false },
    },
  ]);
  return { ...saved, leases: { ...saved.leases, ...Object.fromEntries(leases) } };
}
