import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { defineOperation } from '../operation.ts';
import { teamState } from '../team/team-state.ts';
import { WireTeam } from '../wire/team.ts';
import { fileTask } from './file-task.ts';

const Priority = z.int().min(0).max(5).catch(Number.NaN);

/** `POST /api/tasks`: files a task and answers the whole state (R-PROD-100). */
export const teamAddTask = defineOperation({
  name: 'team-add-task',
  summary: 'File a task from a page',
  http: { method: 'POST', path: '/api/tasks', access: 'write' },
  needsWorkers: true,
  // Looser than what is asked for, so that each mistake is told in the words that pages know.
  input: z.object({
    title: z.unknown().optional().describe('Title of the task'),
    agent_owner: z.unknown().optional().describe('Role that is to do it'),
    description: z.unknown().optional().describe('What is to be done'),
    priority: Priority.default(3).describe('0 urgent … 5 someday'),
    payload: z.unknown().optional().describe('Facts for the agent, a JSON object'),
    dependencies: z.unknown().optional().describe('Ids of tasks that must be done first'),
  }),
  output: WireTeam,
  async run(context, { title, agent_owner, description, priority, payload, dependencies }) {
    const asked = {
      title: required('title', title),
      agent: required('agent_owner', agent_owner),
      description: typeof description === 'string' ? description : '',
      priority: Number.isNaN(priority) ? refuse('priority', 'must be a whole number from 0 to 5') : priority,
      payload: isObject(payload) ? payload : refuse('payload', 'must be a JSON object'),
      dependencies: isList(dependencies) ? dependencies : refuse('dependencies', 'must be a list'),
    };
    const checked = fileTask.input.safeParse(asked);
    if (!checked.success) {
      const [issue] = checked.error.issues;
      return refuse(issue?.path.join('.') ?? 'body', issue?.message ?? 'is not valid');
    }
    await fileTask.run(context, checked.data);
    return teamState(context);
  },
});

function required(field: string, value: unknown): string {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? refuse(field, 'is required') : text;
}

function refuse(field: string, what: string): never {
  throw new AppError('invalid-input', `${field} ${what}`, { details: { field } });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value));
const isList = (value: unknown): value is string[] => value === undefined || Array.isArray(value);
