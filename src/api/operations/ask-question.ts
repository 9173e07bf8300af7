import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import {
  CHOICE_LENGTH_MAX,
  CHOICES_MAX,
  OPEN_QUESTIONS_MAX,
  PERSON_LENGTH_MAX,
  QUESTION_LENGTH_MAX,
} from '../../core/policy/questions/limits.ts';
import { END_TURN_TEXT } from '../../core/policy/questions/texts.ts';
import { askingRun } from '../asking-run.ts';
import { taskId, wordsOf } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { WireQuestion, wireQuestion } from '../wire/question.ts';

/** `POST /tasks/{task_id}/questions`: an agent asks a person and ends its turn (R-SYS-026, R-PROD-068). */
export const askQuestion = defineOperation({
  name: 'ask-question',
  summary: 'As an agent: ask a person something, then end the turn; the answer begins the next one',
  http: {
    method: 'POST',
    path: '/tasks/:task_id/questions',
    also: ['/dispatches/:task_id/questions', '/questions'],
    ...{ success: 201, access: 'write' },
  },
  forAgents: true,
  cli: {
    words: ['ask'],
    positionals: ['question'],
    examples: ['dispatch ask "Which region?" --choices eu,us --default-answer eu'],
  },
  mcp: { tool: 'ask_question', forTasks: true, annotations: { destructiveHint: false } },
  input: z.object({
    question: wordsOf(QUESTION_LENGTH_MAX, 'What you want to know; say everything it takes to answer it'),
    choices: z
      .union([z.string().max(CHOICES_MAX * CHOICE_LENGTH_MAX), z.array(z.string().max(CHOICE_LENGTH_MAX))])
      .optional()
      .describe('What may be answered, as a list or parted by commas; absent = anything'),
    default_answer: wordsOf(QUESTION_LENGTH_MAX, 'Taken when nobody answers in time').optional(),
    to: wordsOf(PERSON_LENGTH_MAX, 'Whom you ask').optional(),
    task_id: taskId().optional().describe('Task, or job, that asks; absent = the one of the run'),
    run_id: z.string().max(200).optional().describe('Run that asks; absent = the one this call comes from'),
  }),
  output: WireQuestion.extend({ what_now: z.string() }),
  async run(context, { question, choices, to, task_id, run_id, default_answer }) {
    const { questions } = context.store;
    const run = await askingRun(context, { taskId: task_id, runId: run_id });
    const asked = await questions.ask({
      ...{ taskId: run.taskId, jobId: run.jobId, runId: run.runId, agent: run.agent, question },
      ...{ choices: choicesOf(choices), defaultAnswer: default_answer ?? null, askedOf: to ?? null },
    });
    if (asked === null)
      throw new AppError('too-many-requests', `${OPEN_QUESTIONS_MAX} questions are open already`, {
        hint: 'end your turn and wait for the answers',
      });
    if (asked.status !== 'answered') return { ...wireQuestion(asked), what_now: END_TURN_TEXT };
    await questions.noteTold([asked.questionId], run.runId);
    return { ...wireQuestion(asked), what_now: 'It was answered before: go on.' };
  },
});

function choicesOf(choices: string | readonly string[] | undefined): string[] {
  const given = typeof choices === 'string' ? choices.split(',') : (choices ?? []);
  const list = given.map((choice) => choice.trim()).filter((choice) => choice !== '');
  if (list.length <= CHOICES_MAX) return list;
  throw new AppError('invalid-input', `choices: at most ${CHOICES_MAX}`, { details: { field: 'choices' } });
}
