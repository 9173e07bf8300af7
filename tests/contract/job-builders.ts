import type { JobEnd } from '../../src/core/ports/jobs.ts';
import type { DispatchResult } from '../../src/core/schema/dispatch.ts';
import { Job } from '../../src/core/schema/job.ts';
import { NO_MODEL_OPTIONS } from '../../src/core/schema/model-options.ts';
import { START_MS } from './store-bench.ts';

/** The id of the n-th job of a test. */
export const jobIdOf = (n: number): string => n.toString(16).padStart(32, '0');

/** A job that names only what matters to the test; `agent` and `task` are those of its request. */
export function aJob({
  n = 1,
  agent = 'infra',
  task = 'Look at the disk',
  ...fields
}: Partial<Job> & { n?: number; agent?: string; task?: string } = {}): Job {
  return Job.parse({
    jobId: jobIdOf(n),
    mode: 'async',
    request: {
      agent,
      task,
      context: '',
      caller: '',
      goal: '',
      responseFormat: 'text',
      timeoutSeconds: null,
      group: '',
    },
    spec: {
      kind: 'claude',
      directory: '/srv/infra',
      command: ['claude'],
      timeoutSeconds: 300,
      options: NO_MODEL_OPTIONS,
      maxBudgetUsd: null,
      maxDispatchDepth: 3,
    },
    status: 'pending',
    createdAt: START_MS,
    startedAt: null,
    completedAt: null,
    sessionId: `session-${n}`,
    resume: false,
    runId: null,
    hostId: null,
    parentRunId: null,
    chain: [agent],
    taskId: null,
    parentId: null,
    cacheKey: null,
    result: null,
    error: null,
    progress: [],
    progressUpdatedAt: null,
    ...fields,
  });
}

/** A success that names only what matters to the test. */
export const aResult = (fields: Partial<DispatchResult> = {}): DispatchResult => ({
  agent: 'infra',
  success: true,
  result: 'All is well',
  cost_usd: 0.25,
  ...fields,
});

/** The end of a job that went well. */
export const aGoodEnd = (at: number, fields: Partial<DispatchResult> = {}): JobEnd => ({
  status: 'done',
  result: aResult(fields),
  error: null,
  at,
});

export const aCancel = (at: number): JobEnd => ({
  status: 'cancelled',
  result: null,
  error: 'Cancelled before execution',
  at,
});
