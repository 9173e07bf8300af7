import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { agentsQueue, dispatchQueue, governorQueue, hostQueue, type HostId, type ProjectName } from '../../core/ids.ts';
import { HEARTBEAT_THROTTLE_MS, KILL_GRACE_MS } from '../../core/limits.ts';
import { type ServerAddress, unavailable } from './connection.ts';

/** Activity functions by name, as a worker registers them. */
export type ActivityTable = Record<string, (input: never) => Promise<unknown>>;

export interface WorkersConfig {
  readonly server: ServerAddress;
  readonly project: ProjectName;
  readonly hostId: HostId;
  /** Agents this host runs at once. */
  readonly slots: number;
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
  /** Stops everything else. */
  stop(): Promise<void>;
}

/** How long the agents' worker waits for runs to end by themselves before it tells them (ms). */
const AGENT_GRACE_MS = 1;
/** Beyond TERM, grace, KILL and sweep nothing is waited for (ms). */
const AGENT_FORCE_MS = KILL_GRACE_MS + 10_000;

/** Starts the governor's own Worker, the dispatch Worker, the agents' and this host's (design: who does what). */
export async function startWorkers(config: WorkersConfig): Promise<Workers> {
  const { server, project, hostId, slots, activities } = config;
  const connection = await connectNative(server);
  const common = { connection, namespace: server.namespace, shutdownGraceTime: AGENT_GRACE_MS } satisfies Partial<WorkerOptions>;
  const workflows = workflowCode();
  const [governor, dispatch, agents, host] = await Promise.all([
    Worker.create({ ...common, ...workflows, taskQueue: governorQueue(project), activities: activities.governor, maxCachedWorkflows: 4 }),
    Worker.create({ ...common, ...workflows, taskQueue: dispatchQueue(project), activities: activities.dispatch }),
    Worker.create({
      ...common,
      taskQueue: agentsQueue(project),
      activities: activities.agents,
      maxConcurrentActivityTaskExecutions: slots,
      maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS,
      defaultHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS,
      shutdownForceTime: AGENT_FORCE_MS,
    }),
    Worker.create({ ...common, taskQueue: hostQueue(project, hostId), activities: activities.host }),
  ]);
  const running = { agents: agents.run(), others: [governor.run(), dispatch.run(), host.run()] };
  const failed = Promise.all([running.agents, ...running.others]).then(() => new Promise<never>(() => {}));
  failed.catch(() => undefined);
  return {
    failed,
    async stopAgents() {
      shutdown(agents);
      await running.agents.catch(() => undefined);
    },
    async stop() {
      for (const worker of [agents, host, dispatch, governor]) shutdown(worker);
      await Promise.allSettled([running.agents, ...running.others]);
      await connection.close();
    },
  };
}

function shutdown(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}

async function connectNative({ address, namespace: _, ...options }: ServerAddress): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect({ address, ...options });
  } catch (cause) {
    throw unavailable(address, cause);
  }
}

/** The bundle made by the build; from sources the folder itself, bundled at start. */
function workflowCode(): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  const codePath = fileURLToPath(new URL('../../workflow-bundle.js', import.meta.url));
  if (existsSync(codePath)) return { workflowBundle: { codePath } };
  return { workflowsPath: fileURLToPath(new URL('../../workflows/', import.meta.url)) };
}
