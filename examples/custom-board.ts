/*
 * A board of one's own: a folder per queue, a Markdown file per task.
 *
 *   board/Todo/000001-7.md      the number in front is the task's place in its queue, 7 is its id
 *
 * Front matter holds everything but the description, which is the body. A move is a rename, so the file system
 * itself decides which of two movers wins: that makes `moveFrom` safe between processes. There is no `claim`; the
 * dispatcher then moves and reads again. Pass it like any board:
 *
 *   new AgentDispatcher({ queue_backend: createMarkdownBoard({ folder: 'board' }), … })
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { AppError } from '../src/core/errors.ts';
import type { Board } from '../src/core/ports/board.ts';
import type { QueueDetail, Task, TaskComment } from '../src/core/schema/task.ts';

/** Where a task's file is now. */
interface Place {
  readonly queueName: string;
  readonly id: string;
  readonly position: number;
}

/** What the front matter of a task's file says. */
interface FrontMatter {
  readonly name: string;
  readonly labels: string[];
  readonly assignees: string[];
  readonly comments: TaskComment[];
  readonly checklist: Task['checklist'];
  /** The write key it was created with. */
  readonly key?: string;
}

type TaskFile = FrontMatter & { readonly description: string };

/** A board in a folder of folders of Markdown files (R-ARTX-003). */
export function createMarkdownBoard({ folder }: { folder: string }): Board {
  const store = createStore(folder);
  let line: Promise<unknown> = Promise.resolve();
  /** One change after the other, so that each sees the effect of the last. */
  const inTurn: InTurn = (work) => {
    const result = line.then(work);
    line = result.catch(() => {});
    return result;
  };
  return { ...readMethods(store), ...taskMethods(store, inTurn), ...queueMethods(store, inTurn) };
}

type Store = ReturnType<typeof createStore>;
type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

function readMethods(store: Store): Pick<Board, 'getReadyTasks' | 'getTask' | 'listQueues' | 'getQueue'> {
  return {
    async getReadyTasks(queueNames) {
      const known = new Set(await store.queueNames());
      const details = await Promise.all(queueNames.filter((name) => known.has(name)).map(store.detail));
      return details.flatMap(({ name: queueName, tasks }) => tasks.map((task) => ({ ...task, queueName })));
    },
    getTask: async (taskId) => store.task(await store.find(taskId)),
    listQueues: async () => Promise.all((await store.queueNames()).map(store.summary)),
    getQueue: store.detail,
  };
}

type TaskMethods = Pick<Board, 'moveTask' | 'addComment' | 'updateTask' | 'createTask'> &
  Required<Pick<Board, 'moveFrom'>>;

function taskMethods(store: Store, inTurn: InTurn): TaskMethods {
  return {
    moveTask: (taskId, to) =>
      inTurn(async () => {
        const place = await store.find(taskId);
        await store.require(to);
        if (place.queueName !== to) await store.move(place, to);
      }),
    moveFrom: (taskId, from, to) =>
      inTurn(async () => {
        const place = await store.find(taskId);
        await store.require(to);
        return place.queueName === from && (from === to || store.move(place, to));
      }),
    addComment: (taskId, text, { key, author } = {}) =>
      inTurn(async () => {
        const place = await store.find(taskId);
        if (text.trim() === '') throw invalid('comment', 'must not be blank');
        const file = await store.read(place);
        if (key !== undefined && file.comments.some(({ id }) => id === key)) return;
        const named = author === undefined ? {} : { author };
        const comment = { id: key ?? randomUUID(), text, ...named, created_at: new Date().toISOString() };
        await store.write(place, { ...file, comments: [...file.comments, comment] });
      }),
    updateTask: (taskId, patch) =>
      inTurn(async () => {
        const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
        if (Object.keys(given).length === 0) throw invalid('patch', 'names no field to change');
        const place = await store.find(taskId);
        await store.write(place, { ...(await store.read(place)), ...given });
        return store.task(place);
      }),
    createTask: (queueName, name, description, { labels = [], assignees = [], key } = {}) =>
      inTurn(async () => {
        if (name.trim() === '' || name.length > 1_000)
          throw invalid('name', 'must have 1 to 1,000 characters');
        await store.require(queueName);
        const places = await store.places();
        for (const place of key === undefined ? [] : places) {
          if ((await store.read(place)).key === key) return store.task(place);
        }
        const id = String(Math.max(0, ...places.map((place) => Number(place.id) || 0)) + 1);
        const place = { queueName, id, position: await store.end(queueName) };
        const lists = { labels: [...labels], assignees: [...assignees], comments: [], checklist: [] };
        await store.write(place, { name, ...lists, ...(key === undefined ? {} : { key }), description });
        return store.task(place);
      }),
  };
}

function queueMethods(
  store: Store,
  inTurn: InTurn,
): Pick<Board, 'createQueue' | 'updateQueue' | 'deleteQueue'> {
  return {
    createQueue: (queueName) => inTurn(async () => store.addQueue(queueName)),
    updateQueue: (queueName, { newName }) => inTurn(async () => store.renameQueue(queueName, newName)),
    deleteQueue: (queueName) => inTurn(async () => store.removeQueue(queueName)),
  };
}

/** What is in the folders. */
function createLister(folder: string) {
  const folderOf = (queueName: string): string => join(folder, encodeName(queueName));
  const fileOf = ({ queueName, position, id }: Place): string =>
    join(folderOf(queueName), `${String(position).padStart(6, '0')}-${id}.md`);

  const queueNames = async (): Promise<string[]> => {
    await mkdir(folder, { recursive: true });
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => decodeURIComponent(name));
  };
  const require = async (queueName: string): Promise<void> => {
    if (!(await queueNames()).includes(queueName))
      throw new AppError('queue-not-found', `Queue ${queueName} not found`);
  };
  const refuse = async (queueName: string): Promise<void> => {
    if ((await queueNames()).includes(queueName))
      throw new AppError('already-exists', `Queue ${queueName} exists`);
  };
  const placesIn = async (queueName: string): Promise<Place[]> =>
    (await readdir(folderOf(queueName)))
      .map((file) => /^(\d+)-(.+)\.md$/.exec(file))
      .filter((match) => match !== null)
      .map(([, position, id]) => ({ queueName, position: Number(position), id: id ?? '' }))
      .sort((a, b) => a.position - b.position);
  const places = async (): Promise<Place[]> => (await Promise.all((await queueNames()).map(placesIn))).flat();
  const end = async (queueName: string): Promise<number> =>
    ((await placesIn(queueName)).at(-1)?.position ?? 0) + 1;
  const read = async (place: Place): Promise<TaskFile> => fromMarkdown(await readFile(fileOf(place), 'utf8'));
  const summary = async (name: string) => ({ name, taskCount: (await placesIn(name)).length });
  const detail = async (name: string): Promise<QueueDetail> => {
    await require(name);
    const found = await placesIn(name);
    const tasks = await Promise.all(
      found.map(async (place) => ({ id: place.id, name: (await read(place)).name })),
    );
    return { name, taskCount: tasks.length, tasks };
  };

  return { folderOf, fileOf, queueNames, require, refuse, placesIn, places, end, read, summary, detail };
}

/** What is in the folders and how it changes. */
function createStore(folder: string) {
  const lister = createLister(folder);
  const { end, fileOf, folderOf, places, placesIn, read, refuse, require, summary } = lister;
  return {
    ...lister,
    async find(taskId: string): Promise<Place> {
      const place = (await places()).find(({ id }) => id === taskId);
      if (place === undefined) throw new AppError('task-not-found', `Task ${taskId} not found`);
      return place;
    },
    async task({ queueName, id, position }: Place): Promise<Task> {
      const { key: _, ...file } = await read({ queueName, id, position });
      return { id, ...file, queueName };
    },
    /** Whole or not at all: a reader never sees half a task. */
    async write(place: Place, file: TaskFile): Promise<void> {
      const temporary = `${fileOf(place)}.tmp`;
      await writeFile(temporary, toMarkdown(file));
      await rename(temporary, fileOf(place));
    },
    /** False when another process moved the file first. */
    async move(place: Place, to: string): Promise<boolean> {
      try {
        await rename(fileOf(place), fileOf({ ...place, queueName: to, position: await end(to) }));
        return true;
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
        throw error;
      }
    },
    async addQueue(name: string) {
      await refuse(name);
      await mkdir(folderOf(name), { recursive: true });
      return summary(name);
    },
    async renameQueue(name: string, newName: string) {
      await require(name);
      if (newName !== name) {
        await refuse(newName);
        await rename(folderOf(name), folderOf(newName));
      }
      return summary(newName);
    },
    async removeQueue(name: string): Promise<void> {
      await require(name);
      if ((await placesIn(name)).length > 0)
        throw new AppError('queue-not-empty', `Queue ${name} is not empty`);
      await rm(join(folderOf(name), '.DS_Store'), { force: true });
      await rmdir(folderOf(name));
    },
  };
}

/** A queue's name as that of a folder: any name, and never a path to somewhere else. */
function encodeName(name: string): string {
  if (name.trim() === '') throw invalid('name', 'must not be blank');
  const encoded = encodeURIComponent(name).replaceAll('.', '%2E');
  if (encoded.length > 255) throw invalid('name', 'is too long for a folder');
  return encoded;
}

function toMarkdown({ description, ...front }: TaskFile): string {
  return `---\n${stringify(front)}---\n${description}`;
}

function fromMarkdown(text: string): TaskFile {
  const end = text.indexOf('\n---\n', 3);
  if (!text.startsWith('---\n') || end < 0)
    throw new AppError('board-broken', 'a task file without front matter');
  const front = parse(text.slice(4, end)) as Partial<FrontMatter> | null;
  const defaults = { name: '', labels: [], assignees: [], comments: [], checklist: [] };
  return { ...defaults, ...front, description: text.slice(end + 5) };
}

const invalid = (field: string, problem: string): AppError =>
  new AppError('invalid-input', `${field}: ${problem}`, { details: { field } });
