import type { JobEntry, JobRecord } from '../../core/policy/dispatch/job-record.ts';
import { oneLine } from '../neutralise.ts';

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;
const TASK_SHOWN = 60;
const TASK_TOLD = 200;
const ERROR_TOLD = 300;
const RESULT_TOLD = 2_000;
const PROGRESS_TOLD = 10;

/** `3m`, `2h`, `5d` since a moment in Unix seconds. */
function age(since: number, now: number): string {
  const seconds = Math.max(0, Math.trunc(now / 1000 - since));
  if (seconds < MINUTE_S) return `${seconds}s`;
  if (seconds < HOUR_S) return `${Math.trunc(seconds / MINUTE_S)}m`;
  if (seconds < DAY_S) return `${Math.trunc(seconds / HOUR_S)}h`;
  return `${Math.trunc(seconds / DAY_S)}d`;
}

/** One job in the list. */
export function jobLine({ id, status, agent, created_at: created, task }: JobEntry, now: number): string {
  const words = [id, status.padEnd(9), agent.padEnd(12), age(created, now).padStart(4)];
  return [...words, oneLine(task).slice(0, TASK_SHOWN)].join('  ');
}

/** One job in full (R-ADX-022). */
export function jobLines(job: JobRecord, now: number): string {
  const { result } = job;
  const when = (name: string, at: number | undefined) =>
    at === undefined ? [] : [[name, `${age(at, now)} ago`]];
  const facts = [
    ['agent', job.agent],
    ['task', job.task.slice(0, TASK_TOLD)],
    ...when('created', job.created_at),
    ...when('started', job.started_at),
    ...when('completed', job.completed_at),
    ...(job.session_id === undefined ? [] : [['session', job.session_id]]),
    ...(job.error === undefined ? [] : [['error', job.error.slice(0, ERROR_TOLD)]]),
    ...(result === undefined ? [] : [['success', result.success ? 'True' : 'False']]),
    ...(result?.cost_usd === undefined ? [] : [['cost_usd', `$${result.cost_usd.toFixed(4)}`]]),
    ...(result?.budget_exceeded === true ? [['budget', 'EXCEEDED']] : []),
    ...(result?.outcome === undefined ? [] : [['outcome', result.outcome]]),
  ];
  const lines = facts.map(([name, value]) => `  ${`${name}:`.padEnd(12)}${oneLine(value ?? '')}`);
  return [
    `${job.id} [${job.status}]`,
    ...lines,
    ...block('progress', job.progress?.slice(-PROGRESS_TOLD) ?? []),
    ...block('result', shortened(result?.result ?? '')),
  ].join('\n');
}

const block = (name: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`  ${name}:`, ...lines.map((line) => `    ${line}`)];

function shortened(text: string): string[] {
  if (text === '') return [];
  const lines = text.slice(0, RESULT_TOLD).split('\n');
  return text.length > RESULT_TOLD ? [...lines, `… truncated (${text.length} chars total)`] : lines;
}
