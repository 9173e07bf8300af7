import { type Command, Option } from 'commander';
import { fileTask } from '../../api/operations/file-task.ts';
import { getTask } from '../../api/operations/get-task.ts';
import { AppError } from '../../core/errors.ts';
import { roleQueue } from '../../core/policy/roles/names.ts';
import type { Task } from '../../core/schema/task.ts';
import type { Runtime } from '../cli.ts';
import { addTaskChanges } from './task-changes.ts';
import { type Verb, verb, verbOf } from './verb.ts';

const STATUSES = ['pending', 'in_progress', 'done', 'failed', 'escalated', 'killed'] as const;
type Status = (typeof STATUSES)[number];

/** `task add`, `list` and what we add to them (R-PROD-069, R-PROD-070). */
export function addTaskVerbs(runtime: Runtime, program: Command): void {
  const group = program.command('task').description('Look at tasks and file them');
  verbOf(group, 'add')
    .description('File a task; prints its id')
    .requiredOption('--agent <role>', 'role that is to do it')
    .requiredOption('--title <text>')
    .requiredOption('--description <text>')
    .option('--priority <number>', '0 urgent … 5 someday', '3')
    .option('--payload <json>', 'facts for the agent, a JSON object')
    .option('--dependencies <ids>', 'tasks that must be done first, with commas between')
    .option('--force', 'file it although the role is unknown')
    .action(verb(runtime, add));
  verbOf(group, 'list')
    .description('List tasks in the order in which they run')
    .addOption(new Option('--status <status>', 'only these').choices(STATUSES).default('pending'))
    .option('--agent <role>', 'only those of this role')
    .option('--json', 'print JSON')
    .action(verb(runtime, list));
  verbOf(group, 'show')
    .argument('<id>')
    .description('Show one task')
    .action(
      verb(
        runtime,
        async ({ args, run, json }) => void json(await run(getTask as never, { task_id: args[0] })),
      ),
    );
  addTaskChanges(runtime, group);
}

async function add({ flags, run, say }: Verb): Promise<undefined> {
  const ids = String(flags.dependencies ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  const task = await run<{ id: string }>(fileTask as never, {
    ...{ agent: flags.agent, title: flags.title, description: flags.description },
    priority: Number(flags.priority),
    ...(flags.payload === undefined ? {} : { payload: payloadOf(String(flags.payload)) }),
    ...(ids.length === 0 ? {} : { dependencies: ids }),
    ...(flags.force === true ? { force: true } : {}),
  });
  say(task.id);
}

function payloadOf(text: string): unknown {
  try {
    const payload: unknown = JSON.parse(text);
    if (typeof payload === 'object' && payload !== null && !Array.isArray(payload)) return payload;
  } catch {
    // Told below, with the rest of what is no object.
  }
  throw new AppError('invalid-input', '--payload must be a JSON object', {
    hint: `such as '{"file": "a.ts"}'`,
  });
}

/** One line for each task, or the fixed line for none (R-PROD-070). */
async function list({ project, flags, say, json }: Verb): Promise<undefined> {
  const status = flags.status as Status;
  const tasks = await tasksOf(project, status, flags.agent as string | undefined);
  if (flags.json === true)
    return void json(tasks.map(({ id, name, ledger }) => ({ id, title: name, ...ledger })));
  if (tasks.length === 0) say(`(no tasks with status=${status})`);
  for (const { id, name, ledger } of tasks)
    say(`${id}  p${ledger?.priority ?? 3}  [${ledger?.role ?? ''}]  ${name}`);
}

async function tasksOf(
  { context }: Verb['project'],
  status: Status,
  role?: string,
): Promise<readonly Task[]> {
  const { board } = context;
  const queues = (await board.listQueues()).map(({ name }) => name).filter((name) => !name.includes(':'));
  const wanted = role === undefined ? queues : queues.filter((name) => name === role);
  const found: Task[] = [];
  for (const queue of wanted) {
    const detail = await board.getQueue(status === 'pending' ? queue : roleQueue(queue, status));
    for (const { id } of detail.tasks) found.push(await board.getTask(id));
  }
  const rank = ({ ledger }: Task) => [ledger?.priority ?? 3, ledger?.createdAt ?? ''] as const;
  return found.toSorted((a, b) => {
    const [p, at] = rank(a);
    const [q, bt] = rank(b);
    return p - q || (at < bt ? -1 : at > bt ? 1 : 0);
  });
}
