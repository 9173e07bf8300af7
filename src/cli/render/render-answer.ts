import { neutralise, oneLine } from '../neutralise.ts';
import type { Output } from '../output.ts';
import { renderAgent, renderAgentChange } from './agents.ts';
import { renderBudget, renderCap } from './budget.ts';
import { renderGroup, renderGroupChange } from './groups.ts';
import { renderCancel, renderGc, renderJob, renderResult, renderUsage } from './jobs.ts';
import { LIST_VIEWS, type Row } from './lists.ts';
import { renderAnswered, renderAsked } from './questions.ts';
import { renderStatus, type StatusView } from './status.ts';
import { renderPairs, renderTable } from './table.ts';
import { renderTask, renderWhy } from './task.ts';

type Out = Pick<Output, 'style' | 'columns'>;
type Render = (answer: Row, out: Out) => string;

const named = (answer: Row, name: string): string => oneLine(String(answer[name] ?? ''));
const scope = (answer: Row): string =>
  answer.scope === 'project' || answer.scope === 'all'
    ? ''
    : ` ${named(answer, 'scope')} ${named(answer, 'name')}`;

/** Back to work, here or elsewhere. */
const renderCarried: Render = (answer) =>
  `Task ${named(answer, 'task_id')} is in ${named(answer, 'queue_name')}, with a fresh retry count.${
    answer.escalation === null ? '' : ` Its case lies in ${named(answer, 'escalation')}`
  }`;

/** Answers that are told in a sentence or a page of their own. */
const VIEWS: Readonly<Record<string, Render>> = {
  status: (answer, out) => renderStatus(answer as unknown as StatusView, out),
  'get-task': renderTask,
  'why-task': renderWhy,
  'create-task': (answer) => `Created task ${named(answer, 'id')} in ${named(answer, 'queue_name')}.`,
  'file-task': (answer) => named(answer, 'id'),
  'record-decision': (answer) => `Recorded decision ${named(answer, 'id')}.`,
  'record-asset': (answer) => `Registered asset ${named(answer, 'id')}, version ${named(answer, 'version')}.`,
  'update-task': (answer) => `Changed task ${named(answer, 'id')}.`,
  'move-task': (answer) => `Moved task ${named(answer, 'task_id')} to ${named(answer, 'queue_name')}.`,
  'add-comment': (answer) => `Commented on task ${named(answer, 'task_id')}.`,
  'retry-task': (answer) =>
    `Task ${named(answer, 'task_id')} is in ${named(answer, 'queue_name')} again, with a fresh retry count.`,
  'requeue-task': renderCarried,
  'reroute-task': renderCarried,
  'kill-task': (answer) =>
    `Task ${named(answer, 'task_id')} is given up; it is in ${named(answer, 'queue_name')}.`,
  'redrive-dead-letter': (answer) =>
    `Task ${named(answer, 'task_id')} is in ${named(answer, 'queue_name')} again, with a fresh retry count.`,
  'cancel-task': (answer) =>
    `Cancelled task ${named(answer, 'task_id')}; it stays where it is until: dispatch task retry ${named(answer, 'task_id')}`,
  'ask-question': renderAsked,
  'answer-question': renderAnswered,
  'answer-task': renderAnswered,
  'start-task': (answer) =>
    answer.started === 0
      ? `Task ${named(answer, 'task_id')} runs or waits already.`
      : `Started task ${named(answer, 'task_id')}.`,
  'disarm-kill-switch': () => 'The kill switch is released; work goes on.',
  'arm-kill-switch': (answer) => {
    const hosts = (answer.confirmed as readonly string[]).length;
    const who =
      hosts === 0
        ? 'no host is up, and none starts anything'
        : `confirmed by ${hosts} ${hosts === 1 ? 'host' : 'hosts'}`;
    return `Stopped: nothing starts any more (${who}). Go on with: dispatch resume`;
  },
  pause: (answer) =>
    `Paused${scope(answer) || ' the project'}; running agents go on. End it with: dispatch unpause${scope(answer)}`,
  unpause: (answer) =>
    answer.scope === 'all' ? 'No pause is left.' : `Unpaused${scope(answer) || ' the project'}.`,
  'budget-show': renderBudget,
  'budget-set': renderCap,
  'forget-host': (answer) => `Host ${named(answer, 'host_id')} counts as dead; its slots are free.`,
  'inspect-agent': renderAgent,
  'add-agent': renderAgentChange,
  'update-agent': renderAgentChange,
  'remove-agent': renderAgentChange,
  'inspect-group': renderGroup,
  'add-group': renderGroupChange,
  'update-group': renderGroupChange,
  'remove-group': renderGroupChange,
  'dispatch-status': renderJob,
  'dispatch-cancel': renderCancel,
  'fetch-result': renderResult,
  'dispatch-gc': renderGc,
  'cache-clear': (answer) => `Forgot ${named(answer, 'cleared')} answers.`,
  'usage-stats': renderUsage,
  // One line, for scripts (R-PROD-104).
  report: (answer) => named(answer, 'path'),
  'get-run-output': (answer) => neutralise(String(answer.text)),
};

/** An operation's answer for people; what has no view of its own is shown field by field. */
export function renderAnswer(name: string, answer: unknown, out: Out): string {
  const list = LIST_VIEWS[name];
  if (list !== undefined && Array.isArray(answer)) {
    return answer.length === 0 ? list.empty : renderTable(answer as Row[], list.columns(out.style), out);
  }
  const view = VIEWS[name];
  if (typeof answer !== 'object' || answer === null) return neutralise(String(answer));
  return view === undefined ? renderFields(answer as Row, out) : view(answer as Row, out);
}

function renderFields(answer: Row, out: Out): string {
  const pairs = Object.entries(answer).map(([name, value]) => [name, valueText(value)] as const);
  return renderPairs(pairs, out);
}

function valueText(value: unknown): string {
  if (value === null || value === '') return '-';
  if (typeof value === 'object') return oneLine(JSON.stringify(value));
  const text = neutralise(String(value));
  return text.includes('\n') ? `\n${text}` : text;
}
