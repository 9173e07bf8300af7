import { invalidInput } from '../../core/errors.ts';
import {
  COMMENT_LENGTH_MAX,
  DESCRIPTION_LENGTH_MAX,
  IDEMPOTENCY_KEY_LENGTH_MAX,
  LABEL_LENGTH_MAX,
  LABELS_MAX,
  QUEUE_NAME_LENGTH_MAX,
  TASK_NAME_LENGTH_MAX,
} from '../../core/limits.ts';
import type { ClaimRequest, TaskExtras, TaskPatch, TaskShadow, WriteMark } from '../../core/ports/board.ts';

/** Throws `invalid-input` unless this is a string of 1…`lengthMax` characters (R-SYS-032). */
function checkText(field: string, value: unknown, lengthMax: number): asserts value is string {
  checkLength(field, value, lengthMax);
  if (value.trim() === '') invalidInput(field, 'must not be blank');
}

function checkLength(field: string, value: unknown, lengthMax: number): asserts value is string {
  if (typeof value !== 'string') invalidInput(field, 'must be a string');
  if (value.length > lengthMax)
    invalidInput(field, `has ${value.length} characters, ${lengthMax} are allowed`);
}

function checkList(field: string, values: unknown, countMax: number): void {
  if (!Array.isArray(values)) invalidInput(field, 'must be an array of strings');
  if (values.length > countMax) invalidInput(field, `has ${values.length} entries, ${countMax} are allowed`);
  for (const [index, value] of values.entries()) checkText(`${field}[${index}]`, value, LABEL_LENGTH_MAX);
}

/** A queue name that a board will store exactly as given. */
export function checkQueueName(field: string, name: string): void {
  checkText(field, name, QUEUE_NAME_LENGTH_MAX);
}

/** Text of a comment with its mark. */
export function checkComment(text: string, mark: WriteMark = {}): void {
  checkText('comment', text, COMMENT_LENGTH_MAX);
  checkMark(mark);
}

/** A patch of at least one field (R-ART-098). */
export function checkPatch(patch: TaskPatch): void {
  if (Object.values(patch).every((value) => value === undefined)) {
    invalidInput('patch', 'names no field to change', 'give name, description, labels or assignees');
  }
  if (patch.name !== undefined) checkText('name', patch.name, TASK_NAME_LENGTH_MAX);
  if (patch.description !== undefined) checkLength('description', patch.description, DESCRIPTION_LENGTH_MAX);
  checkExtras(patch);
}

/** What a new task consists of (R-ART-099). */
export function checkNewTask(name: string, description: string, extras: TaskExtras & WriteMark = {}): void {
  checkText('name', name, TASK_NAME_LENGTH_MAX);
  checkLength('description', description, DESCRIPTION_LENGTH_MAX);
  checkExtras(extras);
  checkMark(extras);
}

/** A claim names two different queues and a token. */
export function checkClaim({ from, to, token, assignee }: ClaimRequest): void {
  if (from === to) invalidInput('to', 'must be another queue than from');
  checkText('token', token, IDEMPOTENCY_KEY_LENGTH_MAX);
  if (assignee !== undefined) checkText('assignee', assignee, LABEL_LENGTH_MAX);
}

/** A shadow small enough to sit in every task. */
export function checkShadow({ retry_count, state }: TaskShadow): void {
  if (retry_count !== undefined && !(Number.isSafeInteger(retry_count) && retry_count >= 0)) {
    invalidInput('retry_count', 'must be a whole number, 0 or more');
  }
  if (state !== undefined) checkText('state', state, LABEL_LENGTH_MAX);
}

function checkExtras({ labels, assignees }: TaskExtras): void {
  if (labels !== undefined) checkList('labels', labels, LABELS_MAX);
  if (assignees !== undefined) checkList('assignees', assignees, LABELS_MAX);
}

function checkMark({ key, author }: WriteMark): void {
  if (key !== undefined) checkText('key', key, IDEMPOTENCY_KEY_LENGTH_MAX);
  if (author !== undefined) checkText('author', author, LABEL_LENGTH_MAX);
}
