import type { DispatchResult } from '../../core/schema/dispatch.ts';
import type { Connection } from './connection.ts';
import { type JobsTables, jobs } from './jobs-tables.ts';
import { columnsOf, query } from './query.ts';

/** Names one job. */
export interface OfJob {
  readonly project: string;
  readonly jobId: string;
}

const putProgress = query((a: JobsTables['jobProgress']) =>
  jobs
    .insertInto('jobProgress')
    .values(columnsOf(a, ['project', 'jobId', 'lines']))
    .onConflict((conflict) =>
      conflict.columns(['project', 'jobId']).doUpdateSet((eb) => ({ lines: eb.ref('excluded.lines') })),
    ),
);

const putResult = query((a: JobsTables['jobResults']) =>
  jobs.insertInto('jobResults').values(columnsOf(a, ['project', 'jobId', 'result', 'error'])),
);

/** Replaces the progress lines of a job. */
export function keepProgress(connection: Connection, job: OfJob, lines: readonly string[]): void {
  connection.run(putProgress, { ...job, lines: JSON.stringify(lines) });
}

/** Keeps what came of a job; once per job. */
export function keepResult(
  connection: Connection,
  job: OfJob,
  { result, error }: { readonly result: DispatchResult | null; readonly error: string | null },
): void {
  connection.run(putResult, { ...job, result: result === null ? null : JSON.stringify(result), error });
}
