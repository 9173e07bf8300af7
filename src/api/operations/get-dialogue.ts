import { z } from 'zod';
import { awaitDialogue } from '../dispatch/dialogue-state.ts';
import { wait } from '../dispatch/wait-field.ts';
import { defineOperation } from '../operation.ts';
import { WireDialogue } from '../wire/together.ts';

/** `GET /dialogues/{id}`: what was said so far, and what it came to. */
export const getDialogue = defineOperation({
  name: 'get-dialogue',
  summary: 'Show a dialogue, or wait for its end',
  http: { method: 'GET', path: '/dialogues/:id', access: 'read' },
  forAgents: true,
  input: z.object({ id: z.string().describe('Id of the dialogue'), wait: wait() }),
  output: WireDialogue,
  run: (context, { id, wait: seconds }) => awaitDialogue(context, id, seconds * 1000),
});
