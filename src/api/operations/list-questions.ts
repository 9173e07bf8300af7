import { z } from 'zod';
import { QuestionStatus } from '../../core/schema/question.ts';
import { limit } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { WireQuestion, wireQuestion } from '../wire/question.ts';

/** `GET /questions`: what agents wait to know, oldest first (R-SYS-026). */
export const listQuestions = defineOperation({
  name: 'list-questions',
  summary: 'List what agents have asked and wait to know',
  http: { method: 'GET', path: '/questions', access: 'read' },
  cli: { words: ['questions'], examples: ['dispatch questions', 'dispatch questions --status all'] },
  mcp: { tool: 'list_questions', forTasks: true, annotations: { readOnlyHint: true } },
  input: z.object({
    status: z
      .enum([...QuestionStatus.options, 'all'])
      .default('open')
      .describe('Which ones'),
    limit: limit(),
  }),
  output: z.array(WireQuestion),
  async run({ store }, { status, limit: most }) {
    const found = await store.questions.list({ ...(status === 'all' ? {} : { status }), limit: most });
    return found.map(wireQuestion);
  },
});
