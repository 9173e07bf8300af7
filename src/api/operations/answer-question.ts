import { z } from 'zod';
import { QUESTION_LENGTH_MAX } from '../../core/policy/questions/limits.ts';
import { giveAnswer, questionNamed } from '../answer-question.ts';
import { taskId, wordsOf } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { WireQuestion, wireQuestion } from '../wire/question.ts';

const answer = () => wordsOf(QUESTION_LENGTH_MAX, 'The answer, as the agent is told it');
const output = WireQuestion.extend({ told: z.boolean() });

/** `POST /questions/{question_id}/answer`: the work that waits goes on with it (R-SYS-026). */
export const answerQuestion = defineOperation({
  name: 'answer-question',
  summary: 'Answer what an agent has asked; it goes on with that',
  http: { method: 'POST', path: '/questions/:question_id/answer', access: 'operate' },
  cli: {
    words: ['answer'],
    positionals: ['question_id', 'answer'],
    examples: ['dispatch answer q7 "Take the blue one"'],
  },
  mcp: { tool: 'answer_question', forTasks: true, annotations: { destructiveHint: false } },
  input: z.object({
    question_id: wordsOf(200, 'Id of the question, or of the task or job that asked'),
    answer: answer(),
  }),
  output,
  async run(context, { question_id, answer: text }) {
    const { question, told } = await giveAnswer(context, await questionNamed(context, question_id), text);
    return { ...wireQuestion(question), told };
  },
});

/** `POST /tasks/{task_id}/answer`: the same by the task that waits. */
export const answerTask = defineOperation({
  name: 'answer-task',
  summary: 'Answer the question a task waits with',
  http: { method: 'POST', path: '/tasks/:task_id/answer', access: 'operate' },
  cli: {
    words: ['task', 'answer'],
    positionals: ['task_id', 'answer'],
    examples: ['dispatch task answer 12 "Take the blue one"'],
  },
  input: z.object({ task_id: taskId(), answer: answer() }),
  output,
  async run(context, { task_id, answer: text }) {
    const { question, told } = await giveAnswer(context, await questionNamed(context, task_id), text);
    return { ...wireQuestion(question), told };
  },
});
