import { neutralise, oneLine } from '../neutralise.ts';
import type { Output } from '../output.ts';
import type { Row } from './lists.ts';
import { renderPairs } from './table.ts';
import { coloured, orDash } from './words.ts';

interface Comment {
  readonly text: string;
  readonly author?: string;
  readonly created_at?: string;
}

const list = (value: unknown): string => (Array.isArray(value) ? oneLine(value.join(', ')) : '');

/** A task with its description and comments. */
export function renderTask(task: Row, out: Pick<Output, 'style'>): string {
  const pairs: (readonly [string, string])[] = [
    ['task', `${oneLine(orDash(task.id))}  ${out.style.bold(oneLine(orDash(task.name)))}`],
    ['queue', oneLine(orDash(task.queue_name))],
    [
      'state',
      `${coloured(orDash(task.state), out.style)}${task.stuck === true ? ', given up in place (dispatch task retry)' : ''}`,
    ],
    ['retries', orDash(task.retry_count)],
  ];
  if (task.waiting_reason) pairs.push(['waits for', oneLine(String(task.waiting_reason))]);
  for (const name of ['labels', 'assignees'])
    if (list(task[name]) !== '') pairs.push([name, list(task[name])]);
  if (task.url) pairs.push(['url', oneLine(String(task.url))]);
  const parts = [renderPairs(pairs, out)];
  if (task.description) parts.push(neutralise(String(task.description)));
  const comments = (task.comments ?? []) as readonly Comment[];
  for (const { text, author, created_at } of comments) {
    const head = oneLine([created_at, author].filter((part) => part !== undefined).join(' ')) || 'comment';
    parts.push(`${out.style.dim(`${head}:`)}\n${neutralise(text)}`);
  }
  return parts.join('\n\n');
}

/** Why a task is where it is, in one sentence. */
export function renderWhy(answer: Row, out: Pick<Output, 'style'>): string {
  return `${out.style.bold(oneLine(String(answer.task_id)))} (${oneLine(String(answer.queue_name))}): ${oneLine(String(answer.reason))} ${out.style.dim(`[${String(answer.code)}]`)}`;
}
