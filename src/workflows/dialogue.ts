import type { PlannedJob } from '../core/schema/dispatch-flow.ts';
import { runJob } from './child-dispatch.ts';
import { dispatches } from './dispatch-activities.ts';
import { showPhase } from './task-view.ts';

export interface DialogueInput {
  readonly project: string;
  /** Its plan and its turns are kept in the store under this. */
  readonly id: string;
}

/** Two agents in turns until they agree or the rounds are over; answers the jobs of the turns (R-AD-088). */
export async function dialogueWorkflow({ project, id }: DialogueInput): Promise<readonly string[]> {
  const jobIds: string[] = [];
  for (;;) {
    const next: PlannedJob | null = await dispatches.nextTurn({ id, jobIds });
    if (next === null) return jobIds;
    showPhase(`turn ${jobIds.length + 1}: **${next.agent}**, job \`${next.jobId}\``);
    await runJob(project, next);
    jobIds.push(next.jobId);
  }
}
