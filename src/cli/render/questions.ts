import { neutralise, oneLine } from '../neutralise.ts';
import type { ListView, Row } from './lists.ts';
import { ago, orDash } from './words.ts';

const of = ({ task_id, job_id }: Row): string => oneLine(orDash(task_id ?? job_id));

/** What agents wait to know. */
export const QUESTION_LIST: ListView = {
  columns: () => [
    { title: 'ID', text: (row) => orDash(row.question_id) },
    { title: 'OF', text: of },
    { title: 'AGENT', text: (row) => orDash(row.agent) },
    { title: 'FOR', text: (row) => orDash(row.to) },
    { title: 'STATUS', text: (row) => orDash(row.status) },
    { title: 'SINCE', text: (row) => (typeof row.asked_at === 'string' ? ago(row.asked_at) : '-') },
    { title: 'QUESTION', text: (row) => orDash(row.question) },
    { title: 'CHOICES', text: (row) => (row.choices as readonly string[]).join(', ') || '-' },
    { title: 'ANSWER', text: (row) => orDash(row.answer) },
  ],
  empty: 'Nobody waits for an answer.',
};

/** What an agent is told that has asked. */
export function renderAsked({ question_id, status, answer, what_now }: Row): string {
  const known = status === 'answered' ? `Answer: ${neutralise(String(answer))}\n` : '';
  return `Question ${oneLine(String(question_id))} is kept.\n${known}${String(what_now)}`;
}

/** What came of an answer. */
export function renderAnswered(row: Row): string {
  const what = `Answered question ${oneLine(String(row.question_id))} of ${of(row)}`;
  return row.told === true
    ? `${what}; ${oneLine(String(row.agent))} goes on.`
    : `${what}; it is told as soon as a worker and the Temporal server are up.`;
}
