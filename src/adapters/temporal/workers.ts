import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker';
import { NESTED_RUNS_MAX } from '../../core/dispatch-limits.ts';
import {
  agentsQueue,
  dispatchQueue,
  governorQueue,
  type HostId,
  hostQueue,
  type ProjectName,
} from '../../core/ids.ts';
import { KILL_GRACE_MS } from '../../core/limits.ts';
import type { Log } from '../../core/ports/log.ts';
import { workerIdentity } from './abandoned.ts';
import { converterOf, type ServerAddress, unavailable } from './connection.ts';
import { startEagerly } from './eager-start.ts';
import { installRuntime } from './runtime.ts';
import { createWorkflowThread } from './workflow-thread.ts';

/** Activity functions by name, as a worker registers them. */
export type ActivityTable = Record<string, (input: never) => Promise<unknown>>;

export interface WorkersConfig {
  readonly server: ServerAddress;
  readonly project: ProjectName;
  readonly hostId: HostId;
  readonly log: Log;
  /** Agents this host runs at once. */
  readonly slots: number;
  /** Signs of life of a run are passed on this often at most. */
  readonly heartbeatThrottleMs: number;
  /** A workflow bundle made beforehand; null = the build's own, or made from sources now. */
  readonly bundlePath: string | null;
  readonly activities: {
    readonly governor: ActivityTable;
    readonly dispatch: ActivityTable;
    readonly agents: ActivityTable;
    readonly host: ActivityTable;
  };
}

/** The four pollers of a worker process. */
export interface Workers {
  /** Rejects when one of them fails for good. */
  readonly failed: Promise<never>;
  /** Stops agent runs first and waits until they are reported. */
  stopAgents(): Promise<void>;
  /** Lets what this client starts begin here without a detour; answers what ends that. */
  startEagerly(client: Client): () => void;
  /** Stops everything else. */
  stop(): Promise<void>;
}

/**
 * After a worker was killed, tasks it had in its cache wait this long for it before another one is asked (ms; stock:
 * 10 s). Much less, and a busy worker loses its own cache.
 */
const STICKY_WAIT_MS = 5_000;
/** How long the agents' worker waits for runs to end by themselves before it tells them (ms). */
const AGENT_GRACE_MS = 1;
/** Beyond TERM, grace, KILL and sweep nothing is waited for (ms). */
const AGENT_FORCE_MS = KILL_GRACE_MS + 10_000;
/** Short work that does not end, because the server is away, is left to the next worker (ms). */
const OTHERS_FORCE_MS = 10_000;

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\]):\d+$/;

/** Starts the governor's own Worker, the dispatch Worker, the agents' and this host's (design: who does what). */
export async function startWorkers(config: WorkersConfig): Promise<Workers> {
  installRuntime(config.log);
  const connection = await connectNative(config.server);
  const created = await createWorkers(config, connection).catch(async (error: unknown) => {
    await connection.close().catch(() => undefined);
    throw error;
  });
  return runWorkers(created, connection);
}

async function createWorkers(config: WorkersConfig, connection: NativeConnection) {
  const { project, hostId, slots, activities } = config;
  const common = commonOptions(config, connection);
  const workflows = await workflowCode(config.bundlePath);
  const forRuns = {
    maxHeartbeatThrottleInterval: config.heartbeatThrottleMs,
    defaultHeartbeatThrottleInterval: config.heartbeatThrottleMs,
    shutdownForceTime: AGENT_FORCE_MS,
  };
  const names = [activities.governor, activities.dispatch].flatMap((table) => Object.keys(table));
  const thread = createWorkflowThread(names, config.log);
  const [governor, dispatch, agents, host] = await Promise.all([
    thread.createWorker({
      ...common,
      ...workflows,
      taskQueue: governorQueue(project),
      activities: activities.governor,
      maxCachedWorkflows: 4,
    }),
    thread.createWorker({
      ...common,
      ...workflows,
      taskQueue: dispatchQueue(project),
      stickyQueueScheduleToStartTimeout: STICKY_WAIT_MS,
      activities: activities.dispatch,
    }),
    Worker.create({
      ...common,
      taskQueue: agentsQueue(project),
      activities: activities.agents,
      ...forRuns,
      maxConcurrentActivityTaskExecutions: slots,
    }),
    // Nested runs come here, to the host of the run whose slot they are lent: beside its own slots, not among them.
    Worker.create({
      ...common,
      ...forRuns,
      taskQueue: hostQueue(project, hostId),
      activities: activities.host,
      maxConcurrentActivityTaskExecutions: NESTED_RUNS_MAX,
    }),
  ]);
  return { governor, dispatch, agents, host };
}

function runWorkers(
  { governor, dispatch, agents, host }: Awaited<ReturnType<typeof createWorkers>>,
  connection: NativeConnection,
): Workers {
  const runs = {
    ...{ agents: agents.run(), host: host.run() },
    ...{ dispatch: dispatch.run(), governor: governor.run() },
  };
  const failed = Promise.all(Object.values(runs)).then(() => new Promise<never>(() => {}));
  failed.catch(() => undefined);
  return {
    failed,
    startEagerly: (client) => startEagerly(client, connection),
    async stopAgents() {
      for (const worker of [agents, host]) shutdown(worker);
      await Promise.allSettled([runs.agents, runs.host]);
    },
    async stop() {
      for (const worker of [agents, host, dispatch]) shutdown(worker);
      await Promise.allSettled([runs.agents, runs.host, runs.dispatch]);
      // Last, because what dispatch still has in hand may be waiting for the governor's answer.
      shutdown(governor);
      await Promise.allSettled([runs.governor]);
      await connection.close();
    },
  };
}

/** What all four have in common. */
function commonOptions({ server, hostId }: WorkersConfig, connection: NativeConnection) {
  return {
    connection,
    namespace: server.namespace,
    dataConverter: converterOf(server),
    identity: workerIdentity(hostId, process.pid),
    shutdownGraceTime: AGENT_GRACE_MS,
    shutdownForceTime: OTHERS_FORCE_MS,
  } satisfies Partial<WorkerOptions>;
}

function shutdown(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}

async function connectNative({
  address,
  namespace: _,
  codec: __,
  ...options
}: ServerAddress): Promise<NativeConnection> {
  // On one machine squeezing costs both sides more than what it saves.
  const plain = LOOPBACK.test(address) ? ({ grpcCompression: { codec: 'none' } } as const) : {};
  try {
    return await NativeConnection.connect({ address, ...plain, ...options });
  } catch (cause) {
    throw unavailable(address, cause);
  }
}

/** The bundle given, else the one made by the build; from sources it is made here, once for all workers. */
async function workflowCode(given: string | null): Promise<Pick<WorkerOptions, 'workflowBundle'>> {
  const built = fileURLToPath(new URL('../../workflow-bundle.js', import.meta.url));
  const codePath = given ?? (existsSync(built) ? built : null);
  if (codePath !== null) return { workflowBundle: { codePath } };
  const workflowsPath = fileURLToPath(new URL('../../workflows/', import.meta.url));
  return { workflowBundle: await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') }) };
}
