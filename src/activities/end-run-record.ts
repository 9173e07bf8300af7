import type { SettleRunInput } from '../core/schema/task-flow.ts';
import type { ActivityPorts } from './ports.ts';
import { summarise } from './run-summary.ts';

/** Closes the record of a run whose worker cannot do it any more. */
export async function endRunRecord(
  { store }: ActivityPorts,
  { taskId, claimed, ending }: SettleRunInput,
): Promise<void> {
  const { projection } = store;
  const run = await projection.getRun(claimed.runId);
  if (run === null || run.status === 'finished') return;
  const summary = summarise(ending);
  const seconds = (Date.now() - run.startedAt) / 1000;
  const data = { outcome: summary.outcome, exit_code: null, duration_seconds: seconds };
  await projection.appendEvents([
    { task_id: taskId, run_id: claimed.runId, attempt: claimed.attempt, type: 'end', data },
  ]);
  const { outcome, reason } = summary;
  await projection.patchRun(claimed.runId, { status: 'finished', outcome, reason, endedAt: Date.now() });
}
