import { questionKeys, questionNotice } from '../core/policy/questions/notices.ts';
import { questionComment, waitingText } from '../core/policy/questions/texts.ts';
import { ASKING } from '../core/schema/run-record.ts';
import type { SettleRunInput } from '../core/schema/task-flow.ts';
import { commentOnce } from './comment-once.ts';
import type { PutState } from './move-task.ts';
import type { ActivityPorts } from './ports.ts';
import { eventOnce } from './settle-notes.ts';

/** The task waits for a person where it is: why stands in its record, the question in a comment (R-SYS-026). */
export async function waitForAnswer(
  ports: ActivityPorts,
  input: SettleRunInput,
  state: PutState,
): Promise<string> {
  const { board, store } = ports;
  const { taskId, claimed } = input;
  const asked = await store.questions.pending(taskId);
  const open = asked.filter(({ status }) => status === 'open');
  const text = waitingText(open);
  if (open.length > 0) {
    const comment = { key: `${claimed.runId}/question`, taskId, text: questionComment(open) };
    await commentOnce({ board, records: store.records }, { ...comment, author: 'dispatch' });
  }
  for (const question of open) await ports.notices.raise(questionNotice(question));
  await eventOnce(ports, input, 'system', { code: ASKING, text });
  await state({ status: 'asking', blockedCode: ASKING, blockedText: text, anomaly: null });
  return claimed.inProgressQueue;
}

/** Steps after which a run may still want to know: until then questions stay open and answers are told. */
const GOES_ON: ReadonlySet<string> = new Set(['ask', 'retry', 'rerun', 'return']);

/** The task is settled or somebody else has taken it in hand: nobody waits for an answer any more. */
export async function closeQuestions(
  ports: ActivityPorts,
  { taskId, step }: SettleRunInput,
  moved: boolean,
): Promise<void> {
  if (moved || !GOES_ON.has(step.kind)) await closeQuestionsOf(ports, taskId);
}

/** Hardly any work asks: what does not is spared the durable write. */
export async function closeQuestionsOf(
  { store, notices, settings }: Pick<ActivityPorts, 'store' | 'notices' | 'settings'>,
  subject: string,
): Promise<void> {
  const pending = await store.questions.pending(subject);
  if (pending.length === 0) return;
  await store.questions.close(subject);
  for (const { questionId } of pending)
    for (const key of questionKeys(questionId, settings().questions)) await notices.resolve(key);
}
