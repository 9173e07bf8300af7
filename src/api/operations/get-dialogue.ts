import { z } from 'zod';
import { awaitPlan } from '../dispatch/await-plan.ts';
import { dialogueState } from '../dispatch/dialogue-state.ts';
import { readPlan } from '../dispatch/keep-plan.ts';
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
  async run(context, { id, wait: seconds }) {
    const plan = await readPlan(context, 'dialogue', id);
    return awaitPlan(
      context,
      { kind: 'dialogue', id, look: () => dialogueState(context, id, plan) },
      seconds * 1000,
    );
  },
});
