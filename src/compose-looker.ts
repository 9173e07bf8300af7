import type { Client } from '@temporalio/client';
import { governorSeed, type SeedConfig } from './adapters/temporal/governor-seed.ts';
import { AppError } from './core/errors.ts';
import type { GovernorState } from './core/policy/governor/state.ts';
import type { MoneyPolicy } from './core/policy/money/money-state.ts';
import { ROUTES_POOL } from './core/policy/pools.ts';
import type { Board } from './core/ports/board.ts';
import type { BrakeFile } from './core/ports/brake-file.ts';
import type { Governor } from './core/ports/governor.ts';
import type { Log } from './core/ports/log.ts';
import type { RouteTable } from './core/ports/route-table.ts';
import type { Store } from './core/ports/store.ts';
import type { TaskStarter } from './core/ports/task-starter.ts';
import { createOpenTasks, type OpenTasks } from './poller/open-tasks.ts';
import { type DueLook, startDueTasks } from './poller/start-due-tasks.ts';

export interface LookerConfig {
  readonly project: string;
  readonly store: Store;
  readonly board: Board;
  readonly routes: RouteTable;
  readonly brake: BrakeFile;
  readonly log: Log;
  client(): Promise<Client>;
  pools(): Readonly<Record<string, number>>;
  policy(): MoneyPolicy;
}

/** What every process that may start tasks shares: governor, starter, and what it knows of open tasks. */
export interface Looker {
  readonly open: OpenTasks;
  readonly governor: Governor;
  readonly starter: TaskStarter;
  seed(): Promise<GovernorState>;
  /** Tells a governor that is there what the configuration says of slots, money and failing agents. */
  passOn(): Promise<void>;
  /** Starts a governor unless one is there. */
  startGovernor(): Promise<void>;
  look(): Promise<DueLook>;
  startTask(taskId: string): Promise<{ readonly started: number }>;
}

/** Everything lazy: a process that only reads never loads Temporal. */
export function createLooker(config: LookerConfig): Looker {
  const { project, store, board, routes, brake, log, client, pools, policy } = config;
  const open = createOpenTasks();
  const seed = () =>
    governorSeed({ project, store, pools, policy, readBrake: brake.read, ...queuesOf(routes) });
  let made: ReturnType<typeof make> | null = null;
  const parts = () => {
    made ??= make().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
  async function make() {
    const [connected, { createGovernorClient }, { createTaskStarter }] = await Promise.all([
      client(),
      import('./adapters/temporal/governor-client.ts'),
      import('./adapters/temporal/task-starter.ts'),
    ]);
    const governor = createGovernorClient({
      client: connected,
      project,
      seed,
      onRoom: (room) => open.hear(room),
    });
    return {
      governor,
      starter: createTaskStarter(connected, { project, remoteBoard: board.remote === true }),
    };
  }
  const governor = lazyGovernor(async () => (await parts()).governor);
  const starter: TaskStarter = {
    start: async (start) => (await parts()).starter.start(start),
    recheck: async (taskId) => (await parts()).starter.recheck(taskId),
    isOpen: async (taskId) => (await parts()).starter.isOpen(taskId),
  };

  return {
    ...{ open, governor, starter, seed },
    startGovernor: async () => (await parts()).governor.start(),
    async passOn() {
      await governor.setPools(pools());
      await governor.setPolicy(policy());
    },
    look: () => startDueTasks({ board, routes, records: store.records, governor, starter, open, log }, 'all'),
    async startTask(taskId) {
      const task = await board.getTask(taskId);
      const route = await routes.find(task.queueName);
      if (route === null) {
        throw new AppError('route-not-found', `no route watches the queue "${task.queueName}"`, {
          hint: 'move the task into a watched queue: dispatch routes',
        });
      }
      const { waiting } = await governor.room(route.pool ?? ROUTES_POOL);
      // Named by a person: before everything of its route that waits.
      const first = waiting.reduce((least, { order }) => Math.min(least, order[1]), 0);
      const { name, queueName } = task;
      await starter.start({ taskId, name, queueName, agent: route.agent, order: first - 1 });
      return { started: 1 };
    },
  };
}

/** Whose runs the tasks of a queue are, as the routes say now. */
function queuesOf(routes: RouteTable): Pick<SeedConfig, 'poolOf' | 'agentOf'> {
  const routeOf = async () => {
    const known = new Map((await routes.list()).map((route) => [route.queueName, route]));
    return (queueName: string) => known.get(queueName);
  };
  return {
    poolOf: async () => {
      const of = await routeOf();
      return (queueName) => of(queueName)?.pool;
    },
    agentOf: async () => {
      const of = await routeOf();
      return (queueName) => of(queueName)?.agent;
    },
  };
}

/** A governor that is connected to with its first call. */
function lazyGovernor(connected: () => Promise<Governor>): Governor {
  return {
    admit: async (request) => (await connected()).admit(request),
    release: async (request) => (await connected()).release(request),
    spend: async (spent) => (await connected()).spend(spent),
    withdraw: async (leaseId) => (await connected()).withdraw(leaseId),
    restAccount: async (rest) => (await connected()).restAccount(rest),
    held: async (leaseId) => (await connected()).held(leaseId),
    room: async (pool) => (await connected()).room(pool),
    setPools: async (limits) => (await connected()).setPools(limits),
    setPolicy: async (policy) => (await connected()).setPolicy(policy),
  };
}
