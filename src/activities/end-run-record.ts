import type { RunEnding } from '../core/schema/task-flow.ts';
import { tellLostWorker } from './lost-worker-notice.ts';
import type { ActivityPorts } from './ports.ts';
import type { RunIdentity } from './run-source.ts';
import { summarise } from './run-summary.ts';

/** A run that nobody reports any more. */
export interface LostRun extends Pick<RunIdentity, 'runId' | 'taskId' | 'jobId' | 'attempt'> {
  readonly ending: RunEnding;
}

/** Closes the record of a run whose worker cannot do it any more. */
export async function endRunRecord(
  ports: ActivityPorts,
  { runId, taskId, jobId, attempt, ending }: LostRun,
): Promise<void> {
  const { projection } = ports.store;
  const run = await projection.getRun(runId);
  if (run === null || run.status === 'finished') return;
  const summary = summarise(ending);
  const seconds = (Date.now() - run.startedAt) / 1000;
  const data = { outcome: summary.outcome, exit_code: null, duration_seconds: seconds };
  await projection.appendEvents([
    { task_id: taskId, job_id: jobId, run_id: runId, attempt, type: 'end', data },
  ]);
  const { outcome, reason } = summary;
  if (ending.kind === 'worker-lost') tellLostWorker(ports, run);
  await projection.patchRun(runId, { status: 'finished', outcome, reason, endedAt: Date.now() });
}
