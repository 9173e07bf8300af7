import { join } from 'node:path';
import { escalateUnknownRoles } from './activities/escalate-unknown.ts';
import { createHostState } from './activities/host-state.ts';
import { takeWorkerSeat } from './adapters/host/worker-seat.ts';
import { openHostLedger } from './adapters/process/host-ledger.ts';
import { bootId } from './adapters/process/process-identity.ts';
import type { Presence } from './adapters/temporal/host-presence.ts';
import type { Workers } from './adapters/temporal/workers.ts';
import type { Project } from './compose.ts';
import { activityPorts, activityTables } from './compose-activities.ts';
import { type OwnAgents, ownAgents, prepareRoles } from './compose-agents.ts';
import { createFileBrake } from './compose-brake.ts';
import { takeOverJobs } from './compose-jobs.ts';
import { goOnAfterPass, passOf } from './compose-pass.ts';
import { atMost, settled, someoneWaitsFor } from './compose-settle.ts';
import { startTelling } from './compose-telling.ts';
import { workerTrail } from './compose-trail.ts';
import type { RunId } from './core/ids.ts';
import { fenceMs, heartbeatThrottleMs } from './core/policy/heartbeat-timeout.ts';
import type { AgentAdapter } from './core/ports/agent.ts';
import type { HostState } from './core/ports/host-state.ts';
import { createUndo, type Undo } from './core/undo.ts';
import { startAdoptingJobs } from './poller/adopt-jobs.ts';
import type { PassEnd } from './poller/pass.ts';
import { createPoller, type Poller } from './poller/poller.ts';
import { startPruning } from './poller/prune.ts';

/** At a shutdown the server is asked for this much time at most, each time (ms). */
const LAST_WORD_MS_MAX = 2_000;

const DRAIN_POLL_MS = 50;

/** How a worker takes part. */
export interface HowToWork {
  /** It notices nothing by itself: `pass` starts what is ready, once for each task (R-PROD-035). */
  readonly onePass?: boolean;
}

/** A worker process of a project. */
export interface RunningWorker {
  readonly hostId: string;
  readonly poller: Poller;
  /** One pass over what is ready now, or over these tasks alone; for a worker that makes no looks of its own. */
  pass(stop: AbortSignal, only?: ReadonlySet<string>): Promise<PassEnd>;
  /** Takes nothing more up and waits for what runs. */
  drain(): Promise<void>;
  /** Rejects when it cannot go on. */
  readonly failed: Promise<never>;
  /** Ends its agents (TERM, 5 s, KILL), hands their tasks back uncounted, then leaves. */
  stop(): Promise<void>;
}

/** The parts that load Temporal; read commands never get here. */
const loadTemporal = async () => ({
  ...(await import('./adapters/temporal/workers.ts')),
  ...(await import('./adapters/temporal/host-presence.ts')),
  ...(await import('./adapters/temporal/lease-guard.ts')),
  ...(await import('./adapters/temporal/abandoned.ts')),
  ...(await import('./adapters/temporal/leftovers.ts')),
  ...(await import('./adapters/temporal/task-starter.ts')),
});

/** Adapters of code beside our own, or what makes them of these. */
export type CodeAdapters = readonly AgentAdapter[] | ((own: OwnAgents) => readonly AgentAdapter[]);

/**
 * Sweeps what an earlier worker left, then takes part: governor, dispatch, agents, this host's own queue. All or
 * nothing: one that cannot start leaves its seat to the next try.
 */
export async function startWorker(
  project: Project,
  agents: CodeAdapters = [],
  how: HowToWork = {},
): Promise<RunningWorker> {
  const undo = createUndo();
  const trail = workerTrail(project);
  undo.add(trail.stopped);
  try {
    const worker = await takePart(project, { agents, undo, onePass: how.onePass === true });
    await trail.started(worker.hostId);
    return worker;
  } catch (error) {
    await undo.run().catch(() => undefined);
    throw error;
  }
}

interface Part {
  readonly agents: CodeAdapters;
  readonly undo: Undo;
  readonly onePass: boolean;
}

async function takePart(project: Project, { agents, undo, onePass }: Part): Promise<RunningWorker> {
  const { context, log, looker, server } = project;
  const { stateDir, project: name } = project.settings();
  const [client, temporal] = await Promise.all([project.client(), loadTemporal()]);
  const seat = takeWorkerSeat(stateDir);
  undo.add(seat.leave);
  const { hostId } = seat;
  const ledger = await openHostLedger(join(stateDir, 'host-ledger.jsonl'));
  undo.add(() => ledger.close());
  const leftovers = await ledger.sweepLeftovers();
  const brake = createFileBrake(project);
  const host = createHostState(hostId, brake);
  const own = ownAgents(project, ledger);
  await prepareRoles(project);
  const ports = activityPorts(project, host, {
    adapters: [own.command, own.claude, own.role, ...(typeof agents === 'function' ? agents(own) : agents)],
    isOpen: (workflowId) => temporal.isWorkflowOpen(client, workflowId),
    wake: (why) => (onePass ? undefined : poller.wake(why)),
    onePass,
  });
  const poller = pollerOf(project, host);
  const slots = slotsOf(project);
  const workers = await temporal.startWorkers({
    ...{ server, project: name, hostId, slots, log, activities: activityTables(ports) },
    heartbeatThrottleMs: heartbeatThrottleMs(project.settings()),
    bundlePath: project.env.DISPATCH_WORKFLOW_BUNDLE ?? null,
  });
  undo.add(() => workers.stop());
  undo.add(workers.startEagerly(client));
  const { records, jobs } = context.store;
  await temporal.reportAbandoned({ client, project: name, hostId, store: context.store, log });
  await temporal.reportLost(client, leftovers, log);
  const presence = temporal.createPresence({
    ...{ client, project: name, host, records, bootId: bootId(), log, seed: looker.seed },
  });
  undo.add(() => atMost(LAST_WORD_MS_MAX, presence.leave()));
  undo.add(() => endAgents(project, { host, workers, presence }));
  await presence.start(slots);
  await looker.passOn();
  // A server that does not answer must not keep the agents from being ended.
  undo.add(() => atMost(LAST_WORD_MS_MAX, poller.stop()));
  undo.add(temporal.startLeaseGuard(client, host, log, fenceMs(project.settings())));
  undo.add(brake.follow(host));
  undo.add(pruningOf(project, hostId));
  undo.add(startTelling(project, client, { owner: hostId, wake: () => poller.wake('changed') }));
  undo.add(startAdoptingJobs({ jobs, records, dispatches: context.dispatches, log, owner: hostId }));
  void takeOverJobs(project);
  if (!onePass) notice(project, poller);
  log.info({ hostId, slots, leftovers: leftovers.length }, 'worker up');
  return {
    ...{ hostId, poller, failed: workers.failed, stop: undo.run },
    pass: (stop, only) => passOf(project, brake, { stop, only: only ?? null }),
    drain: () => drain(project, host, presence),
  };
}

function pruningOf({ context, log, settings }: Project, owner: string): () => void {
  return startPruning({
    ...{ store: context.store, jobFiles: context.jobFiles, log, owner },
    outputDir: join(settings().stateDir, 'runs'),
    jobRetentionDays: async () => (await context.agents.read()).settings.jobRetentionDays,
  });
}

interface AtWork {
  readonly host: HostState;
  readonly workers: Workers;
  readonly presence: Presence;
}

/** TERM, 5 s, KILL; then their tasks go back, uncounted. */
async function endAgents(project: Project, { host, workers, presence }: AtWork): Promise<void> {
  const mine = host.runs();
  await atMost(LAST_WORD_MS_MAX, presence.offer(0));
  const ended = workers.stopAgents();
  // Told here, too: by way of the server they would not hear of it while that hangs.
  host.stopAll('shutdown');
  await ended;
  await settled(project, mine);
}

function notice(project: Project, poller: Poller): void {
  poller.start();
  void goOnAfterPass(project);
}

/** Nothing more is let in; what runs may end by itself, also a run that has its slot and is still being claimed. */
async function drain(project: Project, host: HostState, presence: Presence): Promise<void> {
  const mine = new Set<RunId>();
  await presence.offer(0);
  for (;;) {
    for (const runId of host.runs()) mine.add(runId);
    if (host.runs().length === 0 && !(await someoneWaitsFor(project, host.hostId))) break;
    await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
  }
  await settled(project, [...mine]);
}

/** A host offers as many slots as all pools together unless told otherwise: pools share its slots. */
function slotsOf(project: Project): number {
  const { hostSlots, pools } = project.settings();
  return hostSlots ?? Object.values(pools).reduce((sum, limit) => sum + limit, 0);
}

function pollerOf(project: Project, { hostId, runs: runsHere }: HostState): Poller {
  const { looker, log } = project;
  const { board, routes, store } = project.context;
  return createPoller({
    ...{ board, routes, store, records: store.records, log, hostId, runsHere },
    ...{ governor: looker.governor, starter: looker.starter, open: looker.open },
    // Only one process has this seat: a restarted one takes over the locks of the one it replaces.
    owner: hostId,
    defaultPollSeconds: () => project.settings().defaults.pollIntervalSeconds,
    adoptForeign: () => project.settings().adopt,
    escalateUnknown: async () =>
      void (await escalateUnknownRoles({ ...project.context, settings: project.settings, log })),
  });
}
