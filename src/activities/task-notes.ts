import { NOTES_TOLD_MAX } from '../core/policy/escalations/limits.ts';
import type { SettleRunInput } from '../core/schema/task-flow.ts';
import type { ActivityPorts } from './ports.ts';

type Ports = Pick<ActivityPorts, 'store'>;

/** The prompt with what people say to whoever runs next (R-PROD-067). */
export async function withNotes({ store }: Ports, taskId: string, prompt: string): Promise<string> {
  const notes = (await store.taskNotes.untold(taskId)).slice(-NOTES_TOLD_MAX);
  return [prompt, ...notes.map(({ by, text }) => `Note from ${by}: ${text}`)].join('\n\n');
}

/** Steps after which the run that was told counts as not having been there. */
const NOT_HEARD: ReadonlySet<string> = new Set(['rerun', 'return']);

/** A run that came to an end of its own has heard what was said before it began: nobody hears it again. */
export async function noteNotesTold(
  { store }: Ports,
  { taskId, claimed, step }: SettleRunInput,
): Promise<void> {
  if (NOT_HEARD.has(step.kind) || (await store.taskNotes.untold(taskId)).length === 0) return;
  const run = await store.projection.getRun(claimed.runId);
  if (run !== null) await store.taskNotes.noteTold(taskId, run.startedAt);
}
