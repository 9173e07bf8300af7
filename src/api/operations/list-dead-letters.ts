import { z } from 'zod';
import { deadLetters, WireDeadLetter } from '../dead-letter.ts';
import { limit } from '../fields.ts';
import { defineOperation } from '../operation.ts';

/** `GET /dead-letter`: tasks whose retries are used up, dead-lettered or left in place. */
export const listDeadLetters = defineOperation({
  name: 'list-dead-letters',
  summary: 'List the tasks that were given up',
  http: { method: 'GET', path: '/dead-letter', access: 'read' },
  cli: { words: ['dead-letter', 'list'] },
  input: z.object({ limit: limit() }),
  output: z.array(WireDeadLetter),
  run: (context, input) => deadLetters(context, input.limit),
});
