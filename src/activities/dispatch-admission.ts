import { KEEP_RESULT_MS_MAX } from '../core/dispatch-limits.ts';
import { accountOf } from '../core/policy/account.ts';
import { heartbeatTimeoutMs } from '../core/policy/heartbeat-timeout.ts';
import { grantOf } from '../core/policy/money/grant-of.ts';
import { DISPATCH_POOL } from '../core/policy/pools.ts';
import type { AdmitDispatchInput, DispatchAdmission, DispatchFacts } from '../core/schema/dispatch-flow.ts';
import { isOver, type Job } from '../core/schema/job.ts';
import type { ActivityPorts } from './ports.ts';

/**
 * Room around an agent's own timeout for the start, the stop ladder, the report, and for keeping its answer while the
 * store is away (ms): an activity that timed out meanwhile would be run again.
 */
const AROUND_RUN_MS = 120_000 + KEEP_RESULT_MS_MAX;

/** Asks for the slot of a dispatch; the same gate as for a task (R-SYS-016). */
export async function admitDispatch(
  { store, governor, settings, agents }: ActivityPorts,
  { jobId, leaseId, workflowId }: AdmitDispatchInput,
): Promise<DispatchAdmission> {
  const job = await store.jobs.get(jobId);
  if (job === null || isOver(job.status)) return { kind: 'gone' };
  const lender =
    job.parentRunId === null || job.mode === 'async' ? null : await store.projection.getRun(job.parentRunId);
  const lenderHostId = lender?.status === 'running' ? lender.hostId : null;
  const facts = { ...factsOf(job, settings()), lenderHostId };
  const account = await accountOfJob(agents, job);
  const answer = await governor.admit({
    ...{ leaseId, workflowId, taskId: null, pool: DISPATCH_POOL, route: null },
    agent: job.request.agent,
    ...(account === null ? {} : { account }),
    // First come, first served.
    order: [0, job.createdAt],
    ifBlocked: facts.awaited ? 'refuse' : 'wait',
    // A caller that does not wait keeps its slot for itself.
    ...(job.parentRunId !== null && facts.awaited ? { parentLeaseId: job.parentRunId } : {}),
  });
  switch (answer.kind) {
    case 'granted':
      return { kind: 'granted', epoch: answer.epoch, job: facts, ...grantOf(answer) };
    case 'waiting':
    case 'refused':
      return { kind: answer.kind, blocked: answer.blocked, job: facts };
    case 'released':
      return { kind: 'gone' };
  }
}

/** Whether the agent brings credentials of its own stands in its variables, which are kept nowhere. */
async function accountOfJob(agents: ActivityPorts['agents'], { spec, request }: Job): Promise<string | null> {
  const name = request.agent;
  const directory = await agents.read().catch(() => null);
  return accountOf({ kind: spec.kind, name, env: directory?.agents.get(name)?.env ?? {} });
}

function factsOf(
  job: Job,
  settings: ReturnType<ActivityPorts['settings']>,
): Omit<DispatchFacts, 'lenderHostId'> {
  return {
    agent: job.request.agent,
    taskId: job.taskId,
    sessionId: job.sessionId,
    awaited: job.mode !== 'async',
    heartbeatTimeoutMs: heartbeatTimeoutMs(settings),
    runMsMax: job.spec.timeoutSeconds * 1000 + AROUND_RUN_MS,
  };
}
