import type { RunRecord } from '../core/schema/run-record.ts';
import type { ActivityPorts } from './ports.ts';

/** Tells people, once per host and hour, that a worker died while it ran agents (R-PROD-081). */
export function tellLostWorker({ notices }: ActivityPorts, run: RunRecord): void {
  const { hostId, agent, taskId, jobId, runId } = run;
  const work = taskId === null ? `job ${jobId ?? '?'}` : `task ${taskId}`;
  void notices.raise({
    ...{ kind: 'worker-lost', key: `worker-lost/${hostId}`, subject: 'Worker lost' },
    body: `The worker on host ${hostId} was gone while agent ${agent} worked on ${work} (run ${runId}). Its work is taken up again; look at the host if this goes on.`,
  });
}
