import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { TASK_ID_LENGTH_MAX } from '../core/limits.ts';
import type { Store } from '../core/ports/store.ts';
import type { RunRecord } from '../core/schema/run-record.ts';

/** The id of a run as an input field. */
export const runId = () => z.string().min(1).max(TASK_ID_LENGTH_MAX).describe('Id of the run');

/** The run with this id, or `run-not-found`. */
export async function existingRun(store: Store, id: string): Promise<RunRecord> {
  const run = await store.projection.getRun(id);
  if (run === null) throw new AppError('run-not-found', `no run ${id} is known`);
  return run;
}
