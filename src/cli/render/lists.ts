import type { Style } from '../style.ts';
import { JOB_LIST, SESSION_LIST } from './jobs.ts';
import { QUESTION_LIST } from './questions.ts';
import type { Column } from './table.ts';
import { ago, coloured, duration, folderState, orDash, wordsOf } from './words.ts';

/** A row as an operation answers it. */
export type Row = Readonly<Record<string, unknown>>;

/** The table of a list: its columns, and what is said when there is nothing in it. */
export interface ListView {
  readonly columns: (style: Style) => readonly Column<Row>[];
  readonly empty: string;
}

const field = (title: string, name: string): Column<Row> => ({ title, text: (row) => orDash(row[name]) });
const state = (title: string, name: string, style: Style): Column<Row> => ({
  title,
  text: (row) => coloured(orDash(row[name]), style),
  styled: true,
});
const since = (title: string, name: string): Column<Row> => ({
  title,
  text: (row) => (typeof row[name] === 'string' ? ago(row[name]) : '-'),
});
const seconds = (title: string, name: string): Column<Row> => ({
  title,
  text: (row) => (typeof row[name] === 'number' ? duration(row[name]) : '-'),
});

const words = (title: string, name: string): Column<Row> => ({ title, text: (row) => wordsOf(row[name]) });
const memberText = ({ agent, unknown }: Row): string => `${agent}${unknown === true ? ' (unknown)' : ''}`;

/** How each list of the operations table is shown. */
export const LIST_VIEWS: Readonly<Record<string, ListView>> = {
  'list-tasks': {
    columns: (style) => [
      ...[field('ID', 'id'), field('QUEUE', 'queue_name'), state('STATE', 'state', style)],
      ...[field('RETRIES', 'retry_count'), field('NAME', 'name'), field('WAITS FOR', 'waiting_reason')],
    ],
    empty: 'No tasks.',
  },
  'list-decisions': {
    columns: () => [
      ...[field('KIND', 'kind'), field('AGENT', 'agent'), since('MADE', 'made_at')],
      ...[field('DECISION', 'decision'), field('WHY', 'rationale')],
    ],
    empty: 'No decisions.',
  },
  'list-agents': {
    columns: () => [
      ...[field('TASK', 'task_id'), field('NAME', 'task_name'), field('AGENT', 'agent'), field('PID', 'pid')],
      ...[field('ATTEMPT', 'attempt'), seconds('RUNS FOR', 'runtime_seconds'), field('RUN', 'run_id')],
    ],
    empty: 'No agent is running.',
  },
  'list-runs': {
    columns: (style) => [
      ...[
        field('RUN', 'run_id'),
        field('TASK', 'task_id'),
        field('AGENT', 'agent'),
        field('ATTEMPT', 'attempt'),
      ],
      { title: 'OUTCOME', text: (row) => coloured(orDash(row.outcome ?? row.status), style), styled: true },
      ...[seconds('TOOK', 'runtime_seconds'), since('STARTED', 'started_at'), field('REASON', 'reason')],
    ],
    empty: 'No runs yet.',
  },
  'list-queues': {
    columns: () => [field('QUEUE', 'name'), field('TASKS', 'task_count')],
    empty: 'The board has no queues.',
  },
  'list-routes': {
    columns: () => [
      ...[field('QUEUE', 'queue_name'), field('AGENT', 'agent'), field('IN PROGRESS', 'in_progress_queue')],
      ...[
        field('DONE', 'completed_queue'),
        field('RETRIES', 'max_retries'),
        field('DEAD LETTER', 'dead_letter_queue'),
      ],
      ...[field('TIMEOUT', 'timeout'), field('PRIORITY', 'priority'), field('COMMAND', 'command')],
    ],
    empty: 'No routes: add some to dispatch.yaml.',
  },
  'list-hosts': {
    columns: (style) => [
      ...[field('HOST', 'host_id'), field('NAME', 'hostname'), field('PID', 'pid'), field('SLOTS', 'slots')],
      { title: 'STATE', text: (row) => coloured(row.live === true ? 'live' : 'silent', style), styled: true },
      since('LAST SEEN', 'last_seen'),
    ],
    empty: 'No host has run agents yet: dispatch up',
  },
  'list-questions': QUESTION_LIST,
  'list-dead-letters': {
    columns: (style) => [
      ...[field('ID', 'task_id'), field('NAME', 'name'), state('KIND', 'kind', style), field('RUNS', 'runs')],
      ...[field('FROM', 'source_queue'), since('SINCE', 'since'), field('REASON', 'reason')],
    ],
    empty: 'Nothing was given up.',
  },
  'dispatch-jobs': JOB_LIST,
  'list-sessions': SESSION_LIST,
  'list-agent-profiles': {
    columns: (style) => [
      field('NAME', 'name'),
      { title: 'FOLDER IS', text: ({ healthy }) => coloured(folderState(healthy), style), styled: true },
      ...[field('PERMISSIONS', 'permission_mode'), words('TOOLS', 'allowed_tools')],
      ...[words('NOT', 'disallowed_tools'), words('STACKS', 'stacks')],
      ...[field('DIRECTORY', 'directory'), field('DESCRIPTION', 'description')],
    ],
    empty: 'No agents yet. Add one: dispatch agent add <name> <directory>',
  },
  'list-groups': {
    columns: () => [
      field('NAME', 'name'),
      { title: 'MEMBERS', text: ({ members }) => (members as Row[]).map(memberText).join(', ') || '-' },
      { title: 'SHARES', text: (row) => (row.shared_context_present === true ? 'yes' : '-') },
      field('DESCRIPTION', 'description'),
    ],
    empty: 'No groups yet. Add one: dispatch group add <name>',
  },
  'list-notices': {
    columns: (style) => [
      ...[since('SINCE', 'since'), field('KIND', 'kind'), field('SUBJECT', 'subject')],
      {
        title: 'STATE',
        text: (row) => coloured(row.resolved_at === null ? 'open' : 'done', style),
        styled: true,
      },
      { title: 'TEXT', text: (row) => String(row.body).split('\n')[0] ?? '-' },
    ],
    empty: 'Nothing needs attention.',
  },
  'budget-runs': {
    columns: () => [
      ...[field('AT', 'at'), field('AGENT', 'agent'), field('TASK', 'task_id'), field('JOB', 'job_id')],
      { title: 'COST', text: (row) => `${usd(row.usd)}${row.known === true ? '' : ' (not known)'}` },
      { title: 'TOLD', text: (row) => usd(row.reported_usd) },
      { title: 'COMPUTED', text: (row) => usd(row.computed_usd) },
    ],
    empty: 'Nothing has run yet.',
  },
  'list-audit': {
    columns: () => [
      ...[field('AT', 'at'), field('BY', 'actor'), field('OVER', 'channel'), field('WHAT', 'action')],
      field('ON', 'subject'),
    ],
    empty: 'Nothing was changed yet.',
  },
};

const usd = (dollars: unknown): string => (typeof dollars === 'number' ? `$${dollars.toFixed(4)}` : '-');
