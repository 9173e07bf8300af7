import type { DispatchRequest, DispatchSpec } from '../../schema/dispatch.ts';
import type { PlannedJob } from '../../schema/dispatch-flow.ts';
import type { CallOrigin } from '../../schema/dispatch-plan.ts';
import type { Job, JobMode } from '../../schema/job.ts';
import { cutCharacters } from './texts.ts';

const TITLE_CHARS = 120;

/** What a job is made of. */
export interface NewJob {
  readonly jobId: string;
  readonly mode: JobMode;
  readonly request: DispatchRequest;
  readonly spec: DispatchSpec;
  readonly sessionId: string;
  readonly resume: boolean;
  readonly origin: CallOrigin;
  /** The dialogue or parallel it is a part of. */
  readonly parentId?: string;
  readonly cacheKey?: string | null;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A job that nobody has begun. */
export function newJob(parts: NewJob): Job {
  const { jobId, mode, request, spec, sessionId, resume, origin, parentId = null, cacheKey = null } = parts;
  return {
    ...{ jobId, mode, request, spec, sessionId, resume, parentId, cacheKey },
    status: 'pending',
    createdAt: parts.now,
    startedAt: null,
    completedAt: null,
    runId: null,
    hostId: null,
    parentRunId: origin.parentRunId,
    chain: [...origin.chain, request.agent],
    taskId: origin.taskId,
    result: null,
    error: null,
    progress: [],
    progressUpdatedAt: null,
  };
}

/** What a workflow needs to know of a job. */
export function plannedJob({ jobId, request, sessionId, taskId }: Job): PlannedJob {
  const title = cutCharacters(request.task.replaceAll(/\s+/g, ' '), TITLE_CHARS);
  return { jobId, agent: request.agent, sessionId, taskId, title };
}
