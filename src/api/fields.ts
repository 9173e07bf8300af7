import { z } from 'zod';
import {
  COMMENT_LENGTH_MAX,
  DESCRIPTION_LENGTH_MAX,
  LABEL_LENGTH_MAX,
  LABELS_MAX,
  LIST_PAGE_MAX,
  QUEUE_NAME_LENGTH_MAX,
  REASON_LENGTH_MAX,
  TASK_ID_LENGTH_MAX,
  TASK_NAME_LENGTH_MAX,
} from '../core/limits.ts';

const LIST_DEFAULT = 100;

/** A lone surrogate cannot be written as UTF-8 and NUL cannot be an argument: refused, never altered. */
const storable = (text: string): boolean => !/[\0\p{Surrogate}]/u.test(text);

/** A bounded text that is stored exactly as it came. */
function text(lengthMax: number, lengthMin = 0) {
  return z
    .string()
    .min(lengthMin)
    .max(lengthMax)
    .refine(storable, 'has a NUL character or half of a surrogate pair');
}

/** The id of a task. */
export const taskId = () => text(TASK_ID_LENGTH_MAX, 1).describe('Id of the task on its board');
/** The name of a queue. */
export const queueName = (description: string) => text(QUEUE_NAME_LENGTH_MAX, 1).describe(description);
/** The name of a task. */
export const taskName = () =>
  text(TASK_NAME_LENGTH_MAX, 1)
    .refine((name) => name.trim() !== '', 'must not be blank')
    .describe('Name of the task');
/** The description of a task. */
export const description = () => text(DESCRIPTION_LENGTH_MAX).describe('What is to be done');
/** A comment; blank ones are refused (R-ART-096). */
export const comment = () =>
  text(COMMENT_LENGTH_MAX, 1)
    .refine((value) => value.trim() !== '', 'must not be blank')
    .describe('Text of the comment');
/** A list of short names: labels or assignees. */
export const names = (what: string) => z.array(text(LABEL_LENGTH_MAX)).max(LABELS_MAX).describe(what);
/** Why a person does something. */
export const reason = (what: string) => text(REASON_LENGTH_MAX).describe(what);
/** A text that says something. */
export const wordsOf = (lengthMax: number, what: string) =>
  text(lengthMax, 1)
    .refine((value) => value.trim() !== '', 'must not be blank')
    .describe(what);
/** How many entries of a list. */
export const limit = () =>
  z.int().min(1).max(LIST_PAGE_MAX).default(LIST_DEFAULT).describe('How many entries at most');
