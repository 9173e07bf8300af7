import { invalidInput } from '../../../core/errors.ts';
import type { Board } from '../../../core/ports/board.ts';
import type { Connection } from '../../store/connection.ts';
import { checkClaim, checkComment, checkNewTask, checkPatch, checkQueueName } from '../board-input.ts';
import { createBook } from './book.ts';
import type { CapsOf } from './budget.ts';
import { createBudgetDays } from './budget-days.ts';
import { addComment, updateTask } from './edit-tasks.ts';
import { type DependencyPolicy, endHopeless, hopelessTasks } from './failed-dependencies.ts';
import { insertTask, taskOfKey } from './insert-task.ts';
import { createJournal } from './journal.ts';
import { createLazyLedger, type LedgerAccess } from './lazy-ledger.ts';
import { claimTask, existingTask, moveTask } from './move-tasks.ts';
import { createPage } from './page.ts';
import { checkRoleName, placeOf, unknownQueue } from './queue-names.ts';
import { allTasks, readyTasks, toTask } from './read-tasks.ts';
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
  readonly onDependencyFailed?: DependencyPolicy;
  /** An agent's caps of a day, for the table `budget`. */
  readonly capsOf?: CapsOf;
}

type LedgerMethods = Required<
  Pick<
    Board,
    | 'claim'
    | 'listTasks'
    | 'moveFrom'
    | 'noteRun'
    | 'openBudget'
    | 'book'
    | 'journal'
    | 'page'
    | 'watch'
    | 'close'
  >
>;

/**
 * A board in a ledger file of ai-producer (R-PROD-020…031): six queues for each role, `<role>` for what is pending and
 * `<role>:<status>` for the rest. The file is opened at its first use.
 */
export function createLedgerBoard(config: LedgerBoardConfig): Board & LedgerMethods {
  const { path, roles = () => [], capsOf = () => ({ hardUsd: 0, softUsd: 0 }) } = config;
  const policy = config.onDependencyFailed ?? 'wait';
  const file = createLazyLedger(path);
  const watch = createLedgerWatch(path, file.foreignChanges);
  const { read, write } = file;
  return {
    remembersKeys: true,
    async getReadyTasks(queueNames) {
      if (policy !== 'wait' && (await read(hopelessTasks)).length > 0)
        await write((c) => endHopeless(c, policy));
      return read((c) => readyTasks(c, queueNames));
    },
    listTasks: (queueNames) => read((c) => allTasks(c, queueNames)),
    getTask: (taskId) => read((c) => toTask(c, existingTask(c, taskId))),
    moveTask: (taskId, to, note) => write((c) => void moveTask(c, roles, { ...note, taskId, to })),
    moveFrom: (taskId, from, to, note) => write((c) => moveTask(c, roles, { ...note, taskId, from, to })),
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
    async createTask(queueName, name, description, extras = {}) {
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
    ...queueMethods(file, roles),
    openBudget: createBudgetDays(file, capsOf),
    book: createBook(file),
    journal: createJournal(file),
    page: createPage(file),
    watch: (onChange) => watch.subscribe(onChange),
    async close() {
      watch.close();
      await file.close();
    },
  };
}

/** Queues come and go with the roles they belong to. */
const queueMethods = ({ read, write }: LedgerAccess, roles: Configured) => ({
  listQueues: () => read((c) => listQueues(c, roles)),
  getQueue: (queueName: string) => read((c) => readQueue(c, roles, queueName)),
  async createQueue(queueName: string) {
    checkQueueName('name', queueName);
    return write((c) => createRole(c, roles, queueName));
  },
  async updateQueue(name: string, { newName }: { readonly newName: string }) {
    checkQueueName('name', newName);
    return write((c) => renameRole(c, roles, { name, newName }));
  },
  deleteQueue: (queueName: string) => write((c) => deleteRole(c, roles, queueName)),
});

/** The role whose pending queue a new task goes to. */
function roleFor(
  connection: Connection,
  configured: Configured,
  { queueName, force }: { readonly queueName: string; readonly force: boolean },
): string {
  const { role, status } = placeOf(queueName);
  const known = rolesOf(connection, configured);
  if (!known.includes(role)) {
    if (!force) throw unknownQueue(queueName, known);
    checkRoleName('agent', role);
  }
  if (status !== 'pending')
    invalidInput('queue_name', 'tasks of a ledger begin as pending', `name the role alone: ${role}`);
  return role;
}
