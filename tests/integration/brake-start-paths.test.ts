import { expect, test } from 'vitest';
import { createMemoryBoard } from '../../src/adapters/boards/memory-board.ts';
import type { Board } from '../../src/core/ports/board.ts';
import { createNoopAgent } from '../helpers/noop-agent.ts';
import { aProject, settledIn, type TestProject, until } from '../helpers/project.ts';

const ann = { channel: 'library', actor: 'ann' } as const;

interface Scene {
  readonly p: TestProject;
  readonly board: Board;
  /** How often this task was started so far. */
  runsOf(taskId: string): number;
  /** Lets agents that wait for it come to their end. */
  letGo(): void;
}

/** One way in which an agent can come to be started; each surface that adds one adds it here (I9). */
interface StartPath {
  readonly name: string;
  /** Its task; made before, started by nothing else. */
  readonly taskId: string;
  /** Before the brake is armed. */
  prepare?(scene: Scene): Promise<unknown>;
  /** While it is armed. */
  go(scene: Scene): Promise<unknown>;
}

const PATHS: readonly StartPath[] = [
  { name: 'board change', taskId: 'changed', go: ({ board }) => board.moveTask('changed', 'Todo') },
  {
    name: 'look at the board on demand',
    taskId: 'looked',
    async go({ p, board }) {
      await board.moveTask('looked', 'Todo');
      await p.project.context.control.startDue(null);
    },
  },
  {
    name: 'start by name',
    taskId: 'named',
    async go({ p, board }) {
      await board.moveTask('named', 'Todo');
      await p.project.context.control.startDue('named');
    },
  },
  {
    name: 'retry after a failure',
    taskId: 'fails',
    async prepare({ p, board, runsOf }) {
      await board.moveTask('fails', 'Todo');
      await until('it runs', () => runsOf('fails') === 1);
      expect(p.worker).not.toBeNull();
    },
    go: async ({ letGo }) => letGo(),
  },
  {
    name: 'retry by a person',
    taskId: 'dead',
    async prepare({ p, board }) {
      await board.moveTask('dead', 'Doomed');
      await settledIn(p, 'dead', 'Failed');
    },
    go: ({ p }) => p.project.context.control.retryTask('dead', ann),
  },
  {
    name: 'hand-over to the next route',
    taskId: 'handed',
    async prepare({ board, runsOf }) {
      await board.moveTask('handed', 'Todo');
      await until('it runs', () => runsOf('handed') === 1);
    },
    go: async ({ letGo }) => letGo(),
  },
];

test('with the brake armed and confirmed no start path starts anything; each goes on afterwards (R-SYS-019, I9)', async () => {
  const ids = PATHS.map(({ taskId }) => ({ id: taskId, name: taskId }));
  const board = createMemoryBoard({
    ...{ Parked: ids, Todo: [], Next: [], Doomed: [], 'In Progress': [], Failed: [], Done: [] },
  });
  let letGo: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const failed = new Set<string>();
  const agent = createNoopAgent(0, async (taskId) => {
    if (taskId === 'fails' || taskId === 'handed') await gate;
    if (taskId === 'handed' && !failed.has(taskId)) await board.moveTask(taskId, 'Next');
    const fails = (taskId === 'fails' || taskId === 'dead') && !failed.has(taskId);
    failed.add(taskId);
    return fails ? 'as told' : null;
  });
  const route = { agent: 'idle', completed_queue: 'Done', max_retries: 1 };
  const p = await aProject({
    board,
    adapters: [agent],
    agents: { idle: 'exit 0' },
    routes: [
      { ...route, queue_name: 'Todo' },
      { ...route, queue_name: 'Next' },
      { ...route, queue_name: 'Doomed', max_retries: 0, dead_letter_queue: 'Failed' },
    ],
    config: { max_concurrent_agents: 20 },
  });
  const runsOf = (taskId: string) => agent.runs.filter((run) => run.taskId === taskId).length;
  const scene: Scene = { p, board, runsOf, letGo };
  for (const path of PATHS) await path.prepare?.(scene);

  const { unconfirmed } = await p.project.context.control.arm({ reason: 'audit', stopRunning: false }, ann);
  expect(unconfirmed).toEqual([]);
  const before = agent.runs.length;
  for (const { name, taskId, go } of PATHS) {
    await go(scene);
    expect(agent.runs.slice(before), `${name} (${taskId})`).toEqual([]);
  }
  // A worker that comes up while it is armed, and a poll of it.
  await p.worker?.stop();
  await p.startWorker();
  await p.worker?.poller.look();
  const quietUntil = performance.now() + 2_000;
  while (performance.now() < quietUntil) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(agent.runs.slice(before)).toEqual([]);

  await p.project.context.control.disarm(ann);
  for (const { name, taskId } of PATHS) {
    await until(`${name}: ${taskId} is done`, async () => (await board.getTask(taskId)).queueName === 'Done');
  }
});
