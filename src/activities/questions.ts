import type { RunId } from '../core/ids.ts';
import { answersText, questionLine } from '../core/policy/questions/texts.ts';
import type { DispatchResult } from '../core/schema/dispatch.ts';
import type { ActivityPorts } from './ports.ts';

type Ports = Pick<ActivityPorts, 'store'>;

/** Has this run asked something, whether it is answered by now or not? */
export async function hasAsked({ store }: Ports, subject: string, runId: RunId): Promise<boolean> {
  const pending = await store.questions.pending(subject);
  return pending.some((question) => question.runId === runId && question.toldRunId === null);
}

/** Does this kind of agent go on in a conversation that it had before? */
export const remembers = (kind: string): boolean => kind === 'claude-cli' || kind === 'role';

/** The prompt of a run that may have waited for answers. */
export interface Telling {
  readonly subject: string;
  readonly runId: RunId;
  /** Without answers. */
  readonly prompt: string;
  /** It goes on in the conversation that asked. */
  readonly goesOn: boolean;
}

/**
 * Adds the answers that this work has been given to its prompt. A conversation that goes on is told only what it has
 * not heard yet (R-SYS-026).
 */
export async function tellAnswers(
  { store }: Ports,
  { subject, runId, prompt, goesOn }: Telling,
): Promise<{ readonly prompt: string; readonly resumePrompt?: string }> {
  const pending = await store.questions.pending(subject);
  const answered = pending.filter(({ status }) => status === 'answered');
  if (answered.length === 0) return { prompt };
  const news = answered.filter(({ toldRunId }) => toldRunId === null || toldRunId === runId);
  await store.questions.noteTold(
    news.map(({ questionId }) => questionId),
    runId,
  );
  return {
    prompt: `${prompt}\n\n${answersText(answered)}`,
    ...(goesOn && news.length > 0 ? { resumePrompt: answersText(news) } : {}),
  };
}

/**
 * A caller that waits for the answer of a dispatch is asked itself: the question is part of what it gets, and it answers
 * by saying something in the same conversation.
 */
export async function passOnQuestions(
  { store }: Ports,
  jobId: string,
): Promise<Pick<DispatchResult, 'question' | 'hint'>> {
  const open = (await store.questions.pending(jobId)).filter(({ status }) => status === 'open');
  const [first] = open;
  if (first === undefined) return {};
  await store.questions.passOn(open.map(({ questionId }) => questionId));
  const { choices, defaultAnswer } = first;
  return {
    question: {
      text: open.map(({ question }) => question).join('\n\n'),
      ...(choices.length === 0 ? {} : { choices }),
      ...(defaultAnswer === null ? {} : { default_answer: defaultAnswer }),
    },
    hint: `The agent asks: ${questionLine(first)} Answer in the same conversation: dispatch_session with its session_id.`,
  };
}
