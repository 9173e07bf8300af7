import { neutralise, oneLine } from '../neutralise.ts';
import type { Output } from '../output.ts';
import type { ListView, Row } from './lists.ts';
import { type Column, renderPairs, renderTable } from './table.ts';
import { ago, coloured, duration, orDash } from './words.ts';

type Out = Pick<Output, 'style' | 'columns'>;

const UNIX = 1000;
const isoOf = (unixSeconds: unknown): string =>
  typeof unixSeconds === 'number' ? new Date(unixSeconds * UNIX).toISOString() : '';
const usd = (value: unknown): string => (typeof value === 'number' ? `$${value.toFixed(4)}` : '-');

/** The table of `dispatch jobs`. */
export const JOB_LIST: ListView = {
  columns: (style) => [
    { title: 'JOB', text: (row) => orDash(row.id) },
    { title: 'AGENT', text: (row) => orDash(row.agent) },
    { title: 'STATUS', text: (row) => coloured(orDash(row.status), style), styled: true },
    { title: 'ASKED', text: (row) => ago(isoOf(row.created_at)) },
    { title: 'COST', text: (row) => usd(row.cost_usd) },
    { title: 'OUTCOME', text: (row) => orDash(row.outcome ?? row.error_type) },
    { title: 'TASK', text: (row) => orDash(row.last_progress ?? row.task) },
  ],
  empty: 'No jobs.',
};

/** The table of `dispatch session list`. */
export const SESSION_LIST: ListView = {
  columns: () => [
    { title: 'SESSION', text: (row) => orDash(row.session_id) },
    { title: 'AGENT', text: (row) => orDash(row.agent) },
    { title: 'TURNS', text: (row) => orDash(row.turns) },
    { title: 'COST', text: (row) => usd(row.cost_usd) },
    { title: 'LAST', text: (row) => ago(isoOf(row.last_used_at)) },
  ],
  empty: 'No conversations yet. Begin one: dispatch session <agent> "Hello"',
};

/** One job: facts first, then what was asked and what was answered. */
export function renderJob(job: Row, out: Out): string {
  const result = (job.result ?? {}) as Row;
  const facts: (readonly [string, unknown])[] = [
    ['job', oneLine(orDash(job.id))],
    ['agent', job.agent],
    ['mode', job.mode],
    ['status', coloured(orDash(job.status), out.style)],
    ['asked', isoOf(job.created_at)],
    ['started', isoOf(job.started_at)],
    ['ended', isoOf(job.completed_at)],
    ['session', result.session_id ?? job.session_id],
    ['cost', result.cost_usd === undefined ? '' : usd(result.cost_usd)],
    ['outcome', result.outcome],
    ['error type', result.error_type],
  ];
  const told = facts.filter(([, value]) => value !== undefined && value !== null && value !== '');
  const parts = [
    renderPairs(
      told.map(([name, value]) => [name, name === 'status' ? String(value) : oneLine(String(value))]),
      out,
    ),
  ];
  const progress = job.result === undefined ? (job.progress as readonly string[] | undefined) : undefined;
  const texts: readonly (readonly [string, unknown])[] = [
    ['task', job.task],
    ['progress', progress?.join('\n')],
    ['error', job.error],
    ['result', result.result],
  ];
  for (const [name, text] of texts) {
    if (text !== undefined && text !== '')
      parts.push(`${out.style.dim(`${name}:`)}\n${neutralise(String(text))}`);
  }
  return parts.join('\n\n');
}

/** A fetched result: its text alone; a job without one as a job. */
export const renderResult = (answer: Row, out: Out): string =>
  answer.result === undefined || typeof answer.result === 'object'
    ? renderJob(answer, out)
    : neutralise(String(answer.result === '' ? orDash(answer.error) : answer.result));

/** What became of a cancel (R-AD-107). */
export function renderCancel({ job_id: id, outcome, status, message }: Row): string {
  if (outcome === 'already_terminal') return `Job already ${oneLine(orDash(status))}; nothing to cancel.`;
  return [
    `Cancelled: ${oneLine(orDash(id))}`,
    ...(message === undefined ? [] : [oneLine(String(message))]),
  ].join('\n');
}

/** What was deleted, or would be (R-ADX-039). */
export function renderGc(answer: Row): string {
  if (answer.dry_run !== true) return `Deleted ${answer.purged} terminal job(s).`;
  const lines = (answer.jobs as readonly Row[]).map((job) =>
    [job.id, job.status, job.agent, job.task].map((value) => oneLine(orDash(value))).join('  '),
  );
  return [...lines, `Would delete ${answer.would_purge} terminal job(s). No jobs deleted.`].join('\n');
}

const took = (ms: unknown): string => (typeof ms === 'number' ? duration(ms / 1000) : '-');
const BUCKET: readonly Column<Row>[] = [
  { title: 'AGENT', text: (row) => orDash(row.agent) },
  { title: 'RUNS', text: (row) => orDash(row.dispatches) },
  { title: 'OK', text: (row) => orDash(row.ok) },
  { title: 'FAILED', text: (row) => orDash(row.failed) },
  { title: 'CACHED', text: (row) => orDash(row.cached_hits) },
  { title: 'COST', text: (row) => usd(row.cost_usd) },
  { title: 'MEDIAN', text: (row) => took(row.median_ms) },
  { title: 'P90', text: (row) => took(row.p90_ms) },
  { title: 'LONGEST', text: (row) => took(row.max_ms) },
];

/** What calls took and cost (R-ADX-030). */
export function renderUsage(answer: Row, out: Out): string {
  const { total, agents } = answer as { readonly total: Row; readonly agents: Readonly<Record<string, Row>> };
  const rows = Object.entries(agents).map(([agent, bucket]) => ({ agent, ...bucket }) as Row);
  if (rows.length === 0) return 'No dispatches recorded in this time.';
  return renderTable([...rows, { agent: 'all', ...total }], BUCKET, out);
}
