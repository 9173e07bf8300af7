import { awaitDialogue } from '../dispatch/dialogue-state.ts';
import { oncePerKey } from '../dispatch/once-per-key.ts';
import { refusalError } from '../dispatch/refusal-error.ts';
import { startDialogue as begin } from '../dispatch/run-dialogue.ts';
import { answeredAt, wait } from '../dispatch/wait-field.ts';
import { defineOperation } from '../operation.ts';
import { WireDialogue } from '../wire/together.ts';
import { dispatchDialogue } from './dispatch-dialogue.ts';

/** `POST /dialogues`: two agents talk, to be listened to while they do (R-AD-087, R-AD-092). */
export const startDialogue = defineOperation({
  name: 'start-dialogue',
  summary: 'Let two agents talk about a topic; answers how far they are',
  http: {
    ...{ method: 'POST', path: '/dialogues', access: 'write', query: ['wait'] },
    answered: answeredAt('/dialogues'),
  },
  forAgents: true,
  needsWorkers: true,
  input: dispatchDialogue.input.extend({ wait: wait() }),
  output: WireDialogue,
  async run(context, { wait: seconds, ...asked }) {
    const id = await oncePerKey(context, { operation: 'dialogue', body: asked }, async () => {
      const begun = await begin(context, asked);
      if ('refused' in begun) throw refusalError(begun.refused);
      return begun.id;
    });
    return awaitDialogue(context, id, seconds * 1000);
  },
});
