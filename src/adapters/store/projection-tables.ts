import type { RunRecord } from '../../core/schema/run-record.ts';
import { sqlBuilder } from './query.ts';

/** The task id, in the file, of what belongs to no task: the column was there before such runs were. */
export const NO_TASK = '';

type RunRow = Omit<RunRecord, 'argv' | 'envKeys' | 'prompt' | 'taskId'> & { taskId: string };

/** Rows of `projection.db`; names are snake_case in the file. Times are epoch milliseconds. */
export interface ProjectionTables {
  /** `argv` and `envKeys` are JSON texts. */
  runs: { project: string; argv: string; envKeys: string } & RunRow;
  /** Apart from `runs`, so that a progress patch does not rewrite a long prompt. */
  runPrompts: { project: string; runId: string; prompt: string };
  runAnswers: { project: string; runId: string; answer: string };
  events: {
    project: string;
    seq: number;
    ts: string;
    taskId: string;
    jobId: string | null;
    runId: string | null;
    attempt: number;
    type: string;
    data: string;
    /** When it was stored; `ts` is when it happened. */
    storedAt: number;
  };
  counters: { project: string; name: string; value: number };
}

/** Writes queries for `projection.db`. */
export const projection = sqlBuilder<ProjectionTables>();
