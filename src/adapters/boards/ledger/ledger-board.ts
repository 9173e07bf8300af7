import { invalidInput } from '../../../core/errors.ts';
import type { Board } from '../../../core/ports/board.ts';
import type { Connection } from '../../store/connection.ts';
import type { Database } from '../../store/database.ts';
import { checkClaim, checkComment, checkNewTask, checkPatch, checkQueueName } from '../board-input.ts';
import type { CapsOf } from './budget.ts';
import { addComment, updateTask } from './edit-tasks.ts';
import { insertTask, taskOfKey } from './insert-task.ts';
import { claimTask, existingTask, moveTask } from './move-tasks.ts';
import { openLedger } from './open-ledger.ts';
import { placeOf, unknownQueue } from './queue-names.ts';
import { readyTasks, toTask } from './read-tasks.ts';
import {
  type Configured,
  createRole,
  deleteRole,
  listQueues,
  readQueue,
  renameRole,
  rolesOf,
} from './roles.ts';
import { noteRun } from './run-notes.ts';
import { createLedgerWatch } from './watch-ledger.ts';

export interface LedgerBoardConfig {
  /** The SQLite file; made when missing, with its folder. */
  readonly path: string;
  /** Roles that are known although they own no task yet. */
  readonly roles?: Configured;
  /** What becomes of a task when one that it depends on failed for good. */
  readonly onDependencyFailed?: 'wait' | 'escalate' | 'kill';
  /** An agent's caps of a day, for the table `budget`. */
  readonly capsOf?: CapsOf;
}

type LedgerMethods = Required<Pick<Board, 'claim' | 'moveFrom' | 'noteRun' | 'watch' | 'close'>>;

/**
 * A board in a ledger file of ai-producer (R-PROD-020…031): six queues for each role, `<role>` for what is pending and
 * `<role>:<status>` for the rest. The file is opened at its first use.
 */
export function createLedgerBoard(config: LedgerBoardConfig): Board & LedgerMethods {
  const { path, roles = () => [], capsOf = () => ({ hardUsd: 0, softUsd: 0 }) } = config;
  const file = createLazyLedger(path);
  const watch = createLedgerWatch(path, file.foreignChanges);
  const { read, write } = file;
  return {
    remembersKeys: true,
    getReadyTasks: (queueNames) => read((c) => readyTasks(c, queueNames)),
    getTask: (taskId) => read((c) => toTask(c, existingTask(c, taskId))),
    moveTask: (taskId, to) => write((c) => void moveTask(c, roles, { taskId, to })),
    moveFrom: (taskId, from, to) => write((c) => moveTask(c, roles, { taskId, from, to })),
    async claim(taskId, request) {
      checkClaim(request);
      return write((c) => claimTask(c, roles, { ...request, taskId }));
    },
    noteRun: (taskId, note) =>
      write((c) => {
        existingTask(c, taskId);
        noteRun(c, taskId, note, capsOf);
      }),
    async addComment(taskId, text, mark) {
      checkComment(text, mark);
      return write((c) => addComment(c, { ...mark, taskId, text }));
    },
    async updateTask(taskId, patch) {
      checkPatch(patch);
      return write((c) => {
        updateTask(c, taskId, patch);
        return toTask(c, existingTask(c, taskId));
      });
    },
    createTask: (queueName, name, description, extras = {}) => {
      checkNewTask(name, description, extras);
      return write((c) => {
        const known = taskOfKey(c, extras.key);
        if (known !== undefined) return toTask(c, known);
        const { ledger, ...rest } = extras;
        const role = roleFor(c, roles, { queueName, force: ledger?.force === true });
        const id = insertTask(c, { ...rest, ...ledger, role, title: name, description });
        return toTask(c, existingTask(c, id));
      });
    },
    listQueues: () => read((c) => listQueues(c, roles)),
    getQueue: (queueName) => read((c) => readQueue(c, roles, queueName)),
    async createQueue(queueName) {
      checkQueueName('name', queueName);
      return write((c) => createRole(c, roles, queueName));
    },
    async updateQueue(name, { newName }) {
      checkQueueName('name', newName);
      return write((c) => renameRole(c, roles, { name, newName }));
    },
    deleteQueue: (queueName) => write((c) => deleteRole(c, roles, queueName)),
    watch: (onChange) => watch.subscribe(onChange),
    async close() {
      watch.close();
      await file.close();
    },
  };
}

/** The role whose pending queue a new task goes to. */
function roleFor(
  connection: Connection,
  configured: Configured,
  { queueName, force }: { readonly queueName: string; readonly force: boolean },
): string {
  const { role, status } = placeOf(queueName);
  const known = rolesOf(connection, configured);
  if (!force && !known.includes(role)) throw unknownQueue(queueName, known);
  if (status !== 'pending')
    invalidInput('queue_name', 'tasks of a ledger begin as pending', `name the role alone: ${role}`);
  return role;
}

/** The file behind the board, opened once; a failed opening is tried again with the next call. */
function createLazyLedger(path: string) {
  let opening: Promise<Database> | null = null;
  let opened: Database | null = null;
  const open = (): Promise<Database> => {
    opening ??= openLedger(path).then(
      (database) => {
        opened = database;
        return database;
      },
      (error: unknown) => {
        opening = null;
        throw error;
      },
    );
    return opening;
  };
  return {
    read: async <T>(work: (connection: Connection) => T) => (await open()).read(work),
    write: async <T>(work: (connection: Connection) => T) => (await open()).write(work),
    foreignChanges: () => opened?.foreignChanges() ?? 0,
    async close() {
      const database = await opening?.catch(() => null);
      database?.close();
    },
  };
}
