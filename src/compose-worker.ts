import { join } from 'node:path';
import { createAdmissionActivities } from './activities/admission.ts';
import { createBoardTaskActivities } from './activities/board-task.ts';
import { createCommandActivities } from './activities/command.ts';
import { createGovernorActivities } from './activities/governor-records.ts';
import { createHostActivities } from './activities/host.ts';
import { createHostState, type HostState } from './activities/host-state.ts';
import type { ActivityPorts } from './activities/ports.ts';
import { createRunAgentActivities } from './activities/run-agent.ts';
import { createCommandAgent } from './adapters/agents/command.ts';
import { takeWorkerSeat } from './adapters/host/worker-seat.ts';
import { openHostLedger } from './adapters/process/host-ledger.ts';
import { bootId } from './adapters/process/process-identity.ts';
import { createProcessRunner } from './adapters/process/run-process.ts';
import { createRunTokens } from './api/run-tokens.ts';
import { apiUrlOf } from './compose-api.ts';
import type { Project } from './compose.ts';
import { AppError, messageOf } from './core/errors.ts';
import { HEARTBEAT_TIMEOUT_MANY_HOSTS_MS, HEARTBEAT_TIMEOUT_SINGLE_HOST_MS } from './core/limits.ts';
import type { AgentAdapter } from './core/ports/agent.ts';
import { createPoller, type Poller } from './poller/poller.ts';

/** A worker process of a project. */
export interface RunningWorker {
  readonly hostId: string;
  readonly poller: Poller;
  /** Rejects when it cannot go on. */
  readonly failed: Promise<never>;
  /** Ends its agents (TERM, 5 s, KILL), hands their tasks back uncounted, then leaves. */
  stop(): Promise<void>;
}

/** After its agents have ended, settling their tasks may take this long (ms). */
const SETTLE_MS_MAX = 5_000;
const SETTLE_POLL_MS = 50;

/** Sweeps what an earlier worker left, then takes part: governor, dispatch, agents, this host's own queue. */
export async function startWorker(project: Project, agents: readonly AgentAdapter[] = []): Promise<RunningWorker> {
  const { context, log, looker } = project;
  const { stateDir, hosts, hostSlots, pools, project: name } = project.settings();
  const seat = takeWorkerSeat(stateDir);
  const ledger = await openHostLedger(join(stateDir, 'host-ledger.jsonl'));
  const client = await project.client();
  const server = await project.address();
  const [{ startWorkers }, { createPresence }, { startLeaseGuard }, { reportLost }, { isWorkflowOpen }] =
    await Promise.all([
      import('./adapters/temporal/workers.ts'),
      import('./adapters/temporal/host-presence.ts'),
      import('./adapters/temporal/lease-guard.ts'),
      import('./adapters/temporal/leftovers.ts'),
      import('./adapters/temporal/task-starter.ts'),
    ]);
  const leftovers = await ledger.sweepLeftovers();
  const brake = project.brake();
  const host = createHostState(seat.hostId, () => brake.read().armed);
  const ports = activityPorts(project, host, {
    adapters: [commandAgent(project, ledger), ...agents],
    isOpen: (workflowId) => isWorkflowOpen(client, workflowId),
    wake: (why) => poller.wake(why),
  });
  const poller = createPoller({
    ...{ board: context.board, routes: context.routes, store: context.store, records: context.store.records },
    ...{ governor: looker.governor, starter: looker.starter, open: looker.open, log },
    ...{ owner: `${seat.hostId}/${process.pid}`, hostId: seat.hostId },
    defaultPollSeconds: () => project.settings().defaults.pollIntervalSeconds,
    adoptForeign: () => project.settings().adopt,
  });
  const slots = hostSlots ?? Object.values(pools).reduce((sum, limit) => sum + limit, 0);
  const workers = await startWorkers({
    ...{ server, project: name, hostId: seat.hostId, slots, log },
    bundlePath: project.env.DISPATCH_WORKFLOW_BUNDLE ?? null,
    activities: {
      governor: { ...createGovernorActivities(ports) },
      dispatch: {
        ...createAdmissionActivities(ports),
        ...createBoardTaskActivities(ports),
        ...createCommandActivities(ports),
      },
      agents: { ...createRunAgentActivities(ports) },
      host: { ...createHostActivities(ports) },
    },
  });
  await reportLost(client, leftovers, log);
  const presence = createPresence({
    ...{ client, project: name, host, records: context.store.records, bootId: bootId(), log, seed: looker.seed },
  });
  await presence.start(slots);
  const heartbeatMs = hosts === 'many' ? HEARTBEAT_TIMEOUT_MANY_HOSTS_MS : HEARTBEAT_TIMEOUT_SINGLE_HOST_MS;
  const unguard = startLeaseGuard(client, host, log, heartbeatMs);
  const unfollow = followBrakeFile(project, host);
  poller.start();
  log.info({ hostId: seat.hostId, slots, leftovers: leftovers.length }, 'worker up');

  return {
    ...{ hostId: seat.hostId, poller, failed: workers.failed },
    async stop() {
      unfollow();
      unguard();
      await poller.stop();
      const mine = host.runs();
      await presence.offer(0);
      await workers.stopAgents();
      await settled(project, mine);
      await presence.leave();
      await workers.stop();
      await ledger.close();
      seat.leave();
    },
  };
}

function commandAgent(project: Project, ledger: Awaited<ReturnType<typeof openHostLedger>>): AgentAdapter {
  const { environmentAllowlist } = project.settings();
  return createCommandAgent({
    runner: createProcessRunner({ ledger }),
    parentEnv: project.env,
    ...(environmentAllowlist === null ? {} : { envAllowlist: environmentAllowlist }),
  });
}

interface WorkerParts {
  readonly adapters: readonly AgentAdapter[];
  isOpen(workflowId: string): Promise<boolean>;
  wake(why: 'changed' | 'slot'): void;
}

function activityPorts(project: Project, host: HostState, { adapters, isOpen, wake }: WorkerParts): ActivityPorts {
  const { context, log, looker } = project;
  const { board, store, routes } = context;
  const kinds = new Map(adapters.map((adapter) => [adapter.kind, adapter]));
  const tokens = createRunTokens({ stateDir: project.settings().stateDir, store });
  return {
    ...{ settings: project.settings, board, store, routes, governor: looker.governor, host, log, wake },
    workflows: { isOpen },
    agent(kind) {
      const adapter = kinds.get(kind);
      if (adapter !== undefined) return adapter;
      throw new AppError('agent-not-found', `this worker has no agent of kind "${kind}"`);
    },
    apiUrl: () => apiUrlOf(project),
    runToken: async (runId, taskId) =>
      project.settings().api.requireTokens ? tokens.issue({ runId, taskId }) : null,
    expectBack: (taskId) => looker.open.startingNow(taskId),
  };
}

/** The local file holds this host back by itself and is passed on to the governor, both ways. */
function followBrakeFile(project: Project, host: HostState): () => void {
  const { context, log } = project;
  const caller = { channel: 'file', actor: 'brake file' } as const;
  const tell = async (armed: boolean, reason: string | null) => {
    const known = await context.control.governor();
    if (known === null || known.brake.armed === armed) return;
    log.warn({ armed, reason }, 'brake file changed');
    if (armed) await context.control.arm({ reason: reason ?? 'brake file', stopRunning: false }, caller);
    else await context.control.disarm(caller);
  };
  const take = ({ armed, reason }: { armed: boolean; reason: string | null }) => {
    host.holdBack(armed ? (reason ?? 'brake file') : null);
    tell(armed, reason).catch((error: unknown) => log.warn({ error: messageOf(error) }, 'brake file not passed on'));
  };
  // At start only an armed file says something: an absent one must not undo an arm that came another way.
  const now = project.brake().read();
  if (now.armed) take(now);
  return project.brake().watch(take);
}

/** Waits until the tasks of these runs are back on the board. */
async function settled({ context, log }: Project, runIds: readonly string[]): Promise<void> {
  const deadline = performance.now() + SETTLE_MS_MAX;
  const open = async () => {
    const states = await context.store.records.listTaskStates({ status: ['claimed', 'running'], limit: 1_000 });
    return states.filter(({ token }) => token !== null && runIds.includes(token)).length;
  };
  while (runIds.length > 0 && (await open()) > 0) {
    if (performance.now() > deadline) {
      log.warn({ runs: runIds.length }, 'left before all tasks were settled; the next worker goes on');
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, SETTLE_POLL_MS));
  }
}
