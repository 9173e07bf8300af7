import { JsonFault, type MemberSpan, scanDocument, scanElements, scanMembers } from './json-scan.ts';
import { type JsonStyle, OWN_STYLE, styleOf } from './json-style.ts';
import { isQueueName, readTaskText, writeTaskText } from './json-task.ts';
import { createTaskTable, type StoredTask, type TaskSource, type TaskTable } from './task-table.ts';

const MARK = '\uFEFF';

/** A member of the board object that is not ours. */
interface ForeignMember {
  readonly keyText: string;
  readonly text: string;
}

/** A board file in memory: the table of its tasks and everything needed to write it back alike. */
export interface BoardDocument {
  readonly table: TaskTable;
  readonly style: JsonStyle;
  /** A byte order mark that came with the file. */
  readonly mark: string;
  /** The board's members in order; null stands for `queues`. */
  readonly members: readonly (ForeignMember | null)[];
  /** How each queue's key was written. */
  readonly queueKeys: ReadonlyMap<string, string>;
}

/** The text of a new board file. */
export const NEW_BOARD_TEXT = `{${OWN_STYLE.newline}${OWN_STYLE.indent}"queues": {}${OWN_STYLE.newline}}${OWN_STYLE.tail}`;

/** Reads a board; throws a {@link JsonFault} with the offset of the first problem (R-ART-113, R-ART-114). */
export function parseBoard(fileText: string): BoardDocument {
  const mark = fileText.startsWith(MARK) ? MARK : '';
  const text = fileText.slice(mark.length);
  const { start, end } = faultAt(mark.length, () => scanDocument(text));
  return faultAt(mark.length, () => {
    requireKind(text, start, '{', 'the board must be an object {"queues": {…}}');
    const members = scanMembers(text, start);
    const queues = onlyMember(members);
    if (queues === undefined) throw new JsonFault('the board has no "queues" object', start);
    requireKind(text, queues.start, '{', 'queues must be an object of arrays');
    const table = createTaskTable();
    const queueKeys = new Map<string, string>();
    for (const queue of scanMembers(text, queues.start, 1)) {
      readQueue(text, queue, table);
      queueKeys.set(queue.key, queue.keyText);
    }
    const foreign = members.map((member) =>
      member === queues ? null : { keyText: member.keyText, text: text.slice(member.start, member.end) },
    );
    const isEmpty = queueKeys.size === 0 && members.length === 1;
    // Nothing to keep the layout of: a board that starts as {"queues":{}} grows readable.
    const style = isEmpty ? { ...OWN_STYLE, tail: text.slice(end) } : styleOf(text, end, members);
    return { table, style, mark, members: foreign, queueKeys };
  });
}

/**
 * Writes a board; also keeps each task's new text in the table, so that the next write costs less. The text is
 * joined once from its pieces: joining level by level copies a large board several times.
 */
export function renderBoard({ table, style, mark, members, queueKeys }: BoardDocument): string {
  const pieces = [mark];
  const lead = (depth: number): string =>
    style.indent === '' ? '' : style.newline + style.indent.repeat(depth);
  const separator = (index: number, depth: number): string => (index === 0 ? '' : style.comma) + lead(depth);
  const addTasks = (queueName: string): void => {
    let count = 0;
    for (const { task, source } of table.rows(queueName)) {
      pieces.push(
        separator(count, 3),
        source?.task === task ? source.text : newText(table, task, source, style),
      );
      count += 1;
    }
    if (count > 0) pieces.push(lead(2));
  };
  const addQueues = (): void => {
    const names = [...table.queueNames()];
    for (const [index, name] of names.entries()) {
      pieces.push(separator(index, 2), queueKeys.get(name) ?? JSON.stringify(name), style.colon, '[');
      addTasks(name);
      pieces.push(']');
    }
    if (names.length > 0) pieces.push(lead(1));
  };
  pieces.push('{');
  for (const [index, member] of members.entries()) {
    pieces.push(separator(index, 1), member?.keyText ?? '"queues"', style.colon);
    if (member !== null) {
      pieces.push(member.text);
      continue;
    }
    pieces.push('{');
    addQueues();
    pieces.push('}');
  }
  pieces.push(lead(0), '}', style.tail);
  return pieces.join('');
}

function newText(table: TaskTable, task: StoredTask, source: TaskSource | null, style: JsonStyle): string {
  const text = writeTaskText(task, source, style);
  table.keepSource({ task, text });
  return text;
}

function readQueue(text: string, queue: MemberSpan, table: TaskTable): void {
  const path = `queues[${JSON.stringify(queue.key)}]`;
  if (!isQueueName(queue.key)) throw new JsonFault(`${path}: the name is empty or too long`, queue.keyStart);
  if (table.hasQueue(queue.key)) throw new JsonFault(`${path}: a second queue of this name`, queue.keyStart);
  requireKind(text, queue.start, '[', `${path} must be an array of tasks`);
  table.addQueue(queue.key);
  for (const [index, span] of scanElements(text, queue.start, 2).entries()) {
    const taskText = text.slice(span.start, span.end);
    const task = readTaskText(taskText, queue.key);
    if ('problem' in task) {
      const where = [`${path}[${index}]`, ...task.path.map(String)].join('.');
      throw new JsonFault(`${where}: ${task.problem}`, span.start + offsetOf(taskText, task.path));
    }
    const twin = table.find(task.id);
    if (twin !== undefined) {
      const id = JSON.stringify(task.id);
      throw new JsonFault(
        `${path}[${index}].id: ${id} is also the id of a task in ${JSON.stringify(twin.queueName)}`,
        span.start + offsetOf(taskText, ['id']),
      );
    }
    table.insert(task, { task, text: taskText });
  }
}

/** Where the value under this path starts, or the nearest that exists. */
function offsetOf(text: string, path: readonly PropertyKey[]): number {
  let at = 0;
  for (const step of path) {
    const next =
      text[at] === '{'
        ? scanMembers(text, at).findLast(({ key }) => key === step)
        : text[at] === '['
          ? scanElements(text, at)[Number(step)]
          : undefined;
    if (next === undefined) return at;
    at = next.start;
  }
  return at;
}

function onlyMember(members: readonly MemberSpan[]): MemberSpan | undefined {
  const [first, second] = members.filter(({ key }) => key === 'queues');
  if (second !== undefined) throw new JsonFault('a second "queues" object', second.keyStart);
  return first;
}

function requireKind(text: string, at: number, open: '{' | '[', problem: string): void {
  if (text[at] !== open) throw new JsonFault(problem, at);
}

/** Runs a part that counts from behind the byte order mark. */
function faultAt<T>(shift: number, part: () => T): T {
  try {
    return part();
  } catch (error) {
    if (shift === 0 || !(error instanceof JsonFault)) throw error;
    throw new JsonFault(error.message, error.offset + shift);
  }
}
