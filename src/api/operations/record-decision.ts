import { z } from 'zod';
import { runCommand } from '../command.ts';
import { taskId, wordsOf } from '../fields.ts';
import { filedBy, requireBook } from '../filed-by.ts';
import { decisionText, word } from '../ledger-fields.ts';
import { defineOperation } from '../operation.ts';

/** `POST /decisions`: why something was done the way it was (R-PROD-025). */
export const recordDecision = defineOperation({
  name: 'record-decision',
  summary: 'Record a decision and its reasons in the ledger',
  http: { method: 'POST', path: '/decisions', success: 201, access: 'write' },
  forAgents: true,
  cli: {
    words: ['decision', 'add'],
    positionals: ['decision', 'rationale'],
    examples: ['dispatch decision add "One table" "Two would have to be kept alike" --kind design'],
  },
  mcp: {
    tool: 'record_decision',
    forTasks: true,
    description: 'Record a decision you made and why, so that people and other roles can follow it.',
    annotations: { destructiveHint: false },
  },
  needsWorkers: true,
  input: z.object({
    decision: decisionText('What was decided'),
    rationale: decisionText('Why'),
    kind: word('What sort of decision').default('decision'),
    task_id: taskId().optional().describe('Task it belongs to; that of the run when an agent decides'),
    agent: word('Who decided; the agent of the run, else the caller').optional(),
    artifact: wordsOf(4_096, 'File it speaks of').optional(),
  }),
  output: z.strictObject({ id: z.string() }),
  async run(context, { decision, rationale, kind, task_id, agent, artifact }) {
    requireBook(context);
    const by = await filedBy(context);
    const result = await runCommand(context, {
      operation: 'record-decision',
      decision: {
        ...{ decision, rationale, kind, artifact: artifact ?? null },
        taskId: task_id ?? by?.taskId ?? null,
        agent: by?.agent ?? agent ?? context.caller.actor,
      },
    });
    return result.status === 'accepted' ? result : { id: String(result.answer) };
  },
});
