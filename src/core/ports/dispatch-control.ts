import type { DispatchTurn, PlannedJob } from '../schema/dispatch-flow.ts';
import type { Job, OpenJob } from '../schema/job.ts';

/** A cancel of one dispatch, as its workflow hears it. */
export interface JobCancel {
  readonly by: string;
  readonly reason: string;
  /** Host that runs it, told directly. */
  readonly hostId: string | null;
}

/** Agents that work side by side; their jobs and the plan are kept already under the id. */
export interface ParallelStart {
  readonly id: string;
  readonly jobs: readonly PlannedJob[];
  readonly aggregate: boolean;
}

/** Starts and stops dispatches; the one door to Temporal for them. Starting what runs already changes nothing. */
export interface DispatchControl {
  /** False: a workflow of this job has ended already, so it is not run again. */
  start(job: PlannedJob, how?: { readonly turn: DispatchTurn }): Promise<boolean>;
  /** Puts a turn of a conversation behind those it has already. */
  startTurn(job: PlannedJob): Promise<void>;
  startDialogue(dialogue: { readonly id: string; readonly title: string }): Promise<void>;
  startParallel(parallel: ParallelStart): Promise<void>;
  isPlanOpen(kind: 'dialogue' | 'parallel', id: string): Promise<boolean>;
  /** False: its workflow is not open. */
  cancel(jobId: string, cancel: JobCancel): Promise<boolean>;
  /** Is the job's own workflow open or, unless it began, that of the several calls it is a part of? */
  isCarriedOn(job: Pick<OpenJob, 'jobId' | 'status' | 'parentId'>): Promise<boolean>;
  /**
   * Takes up an open job that nobody carries on, or a turn that its conversation may not know of; false: its workflow
   * ended from outside, so the job is over.
   */
  takeUp(job: Job): Promise<boolean>;
}
