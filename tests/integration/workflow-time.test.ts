import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Holder, LostLease } from '../../src/activities/governor-lost-lease.ts';
import { installRuntime } from '../../src/adapters/temporal/runtime.ts';
import {
  agentsQueue,
  dispatchQueue,
  governorQueue,
  governorWorkflowId,
  hostQueue,
} from '../../src/core/ids.ts';
import { initialGovernor } from '../../src/core/policy/governor/initial.ts';
import type { AdmitRequest, GovernorState, Lease } from '../../src/core/policy/governor/state.ts';
import { BREAKER_DEFAULTS } from '../../src/core/policy/money/policy-of.ts';
import { nextDayStart, utcDay } from '../../src/core/policy/money/utc-day.ts';
import type { ClaimedRun, RunEnding, SettleRunInput } from '../../src/core/schema/task-flow.ts';
import type { governorWorkflow } from '../../src/workflows/governor.ts';
import { admitUpdate, hostUpSignal, retryNowSignal, statusQuery } from '../../src/workflows/messages.ts';
import { SEARCH_ATTRIBUTES } from '../../src/workflows/search-attributes.ts';
import type { taskWorkflow } from '../../src/workflows/task.ts';
import { until } from '../helpers/project.ts';
import { workflowBundle } from '../helpers/temporal-server.ts';
import { startTimeSkipping } from '../helpers/time-skipping.ts';

const HOUR_MS = 3_600_000;
/** The API's number for the type. */
const KEYWORD = 2;

let time: TestWorkflowEnvironment | null = null;
beforeAll(async () => {
  const ignore = () => undefined;
  installRuntime({ debug: ignore, info: ignore, warn: ignore, error: ignore });
  time = await startTimeSkipping();
  await time?.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(SEARCH_ATTRIBUTES.map((name) => [name, KEYWORD])),
  });
});
afterAll(() => time?.teardown());

type Activities = Record<string, (input: never) => Promise<unknown>>;

/** Runs `work` with workers on these queues; queues named by their activities. */
async function withWorkers<T>(queues: Record<string, Activities>, work: () => Promise<T>): Promise<T> {
  const workers = await Promise.all(
    Object.entries(queues).map(([taskQueue, activities]) =>
      Worker.create({
        connection: time!.nativeConnection,
        workflowBundle: { codePath: workflowBundle() },
        taskQueue,
        activities,
      }),
    ),
  );
  const running = workers.map((worker) => worker.run());
  try {
    return await work();
  } finally {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
  }
}

const FACTS = { durationMs: 1, outputBytes: 0, tail: '' };
const CLAIMED: Omit<ClaimedRun, 'runId' | 'retryCount'> = {
  ...{ taskName: 'task 1', sourceQueue: 'Todo', inProgressQueue: 'In Progress', agent: 'sample' },
  ...{ attempt: 1, lostCount: 0, sessionId: 's', timeoutSeconds: null, maxRetries: 3 },
  ...{ retryBackoffSeconds: 3_600, nonRetryableExitCodes: [], deadLetterQueue: null, completedQueue: null },
  ...{ onExternalMove: 'keep', heartbeatTimeoutMs: 120_000, runMsMax: HOUR_MS },
};

/** The activities of a task whose runs end like this, one after the other, and when each was settled. */
function taskActivities(endings: readonly RunEnding[]) {
  const settled: { readonly step: string; readonly at: number }[] = [];
  let runs = 0;
  let retryCount = 0;
  const dispatch: Activities = {
    admitTask: async () => ({ kind: 'granted', epoch: 1, route: 'Todo' }),
    releaseLease: async () => undefined,
    claimTask: async ({ leaseId }: { leaseId: string }) => ({ ...CLAIMED, runId: leaseId, retryCount }),
    settleRun: async ({ step }: SettleRunInput) => {
      if (step.kind === 'retry') retryCount = step.retryCount;
      settled.push({ step: step.kind, at: await time!.currentTimeMs() });
      return { queueName: 'Todo', next: null };
    },
  };
  const agents: Activities = { runAgent: async () => endings[runs++] };
  return {
    settled,
    queues: (project: string) => ({ [dispatchQueue(project)]: dispatch, [agentsQueue(project)]: agents }),
  };
}

const FAILED: RunEnding = { kind: 'failed', reason: 'exited with code 1', retryable: true, ...FACTS };
const DONE: RunEnding = { kind: 'succeeded', ...FACTS };

const startTask = (project: string) =>
  time!.client.workflow.start<typeof taskWorkflow>('taskWorkflow', {
    workflowId: `task/${project}/1`,
    taskQueue: dispatchQueue(project),
    args: [{ project, taskId: '1' }],
  });

test('retries wait out their backoff in workflow time: 1 h, then 2 h, then 4 h (R-SYS-011, R-ART-075)', async (context) => {
  if (time === null) return context.skip();
  const { settled, queues } = taskActivities([FAILED, FAILED, FAILED, DONE]);
  const ending = await withWorkers(queues('hours'), async () => (await startTask('hours')).result());
  expect(ending).toBe('finished');
  const hours = settled.slice(1).map(({ at }, index) => Math.round((at - settled[index]!.at) / HOUR_MS));
  expect(hours).toEqual([1, 2, 4]);
});

test('a person need not wait for the backoff (R-SYS-011)', async (context) => {
  if (time === null) return context.skip();
  const { settled, queues } = taskActivities([FAILED, DONE]);
  await withWorkers(queues('now'), async () => {
    const handle = await startTask('now');
    await until('the first run is settled', () => settled.length === 1);
    await handle.signal(retryNowSignal);
    expect(await handle.result()).toBe('finished');
  });
  expect(settled.map(({ step }) => step)).toEqual(['retry', 'finish']);
  expect(settled[1]!.at - settled[0]!.at).toBeLessThan(HOUR_MS / 2);
});

/** A governor with its own worker and that of one host; `lost` answers which leases nobody holds any more. */
async function withGovernor(
  project: string,
  state: GovernorState,
  lost: (holders: readonly Holder[]) => readonly (string | LostLease)[],
  work: (handle: Awaited<ReturnType<typeof startGovernor>>) => Promise<void>,
): Promise<void> {
  const governor: Activities = {
    saveGovernor: async () => undefined,
    raiseNotice: async () => undefined,
    resolveNotice: async () => undefined,
    escalateBudget: async () => undefined,
    findLostLeases: async ({ holders }: { holders: readonly Holder[] }) => lost(holders),
  };
  const host: Activities = { applyEpoch: async () => undefined };
  const queues = { [governorQueue(project)]: governor, [hostQueue(project, 'host-a')]: host };
  await withWorkers(queues, async () => {
    const handle = await startGovernor(project, state);
    try {
      await work(handle);
    } finally {
      await handle.terminate();
    }
  });
}

const startGovernor = (project: string, state: GovernorState) =>
  time!.client.workflow.start<typeof governorWorkflow>('governorWorkflow', {
    workflowId: governorWorkflowId(project),
    taskQueue: governorQueue(project),
    args: [{ state, continued: false }],
  });

test('a fresh governor grants nothing for 10 s while a known host is silent, then it does (R-SYS-011)', async (context) => {
  if (time === null) return context.skip();
  const now = await time.currentTimeMs();
  const known = [{ hostId: 'host-z', lastSeen: now }];
  const state = initialGovernor({ project: 'warm', pools: { routes: 1 }, now, knownHosts: known });
  await withGovernor(
    'warm',
    state,
    () => [],
    async (handle) => {
      await handle.signal(hostUpSignal, { hostId: 'host-a', slots: 1, runs: [], epoch: 0 });
      const request: AdmitRequest = {
        ...{ leaseId: 'lease-1', workflowId: 'task/warm/1', taskId: '1', pool: 'routes', route: 'Todo' },
        ...{ agent: 'sample', order: [0, 0], ifBlocked: 'wait' },
      };
      const answer = await handle.executeUpdate(admitUpdate, { args: [request] });
      expect(answer).toMatchObject({ kind: 'waiting', blocked: { code: 'warming-up' } });
      await time!.sleep(11_000);
      const later = await handle.query(statusQuery);
      expect(later).toMatchObject({ warmUp: null, waiting: [] });
    },
  );
});

test('a lease whose workflow is closed is freed by the next checks, another one is kept (R-SYS-011)', async (context) => {
  if (time === null) return context.skip();
  const now = await time.currentTimeMs();
  const lease = (leaseId: string): Lease => ({
    ...{ leaseId, workflowId: `task/leases/${leaseId}`, taskId: leaseId, pool: 'routes', route: 'Todo' },
    ...{ agent: 'sample', epoch: 0, grantedAt: now, unconfirmed: false },
  });
  const leases = { orphan: lease('orphan'), held: lease('held') };
  const fresh = initialGovernor({
    project: 'leases',
    pools: { routes: 2 },
    now,
    knownHosts: [],
    seed: { leases },
  });
  await withGovernor(
    'leases',
    fresh,
    () => ['orphan'],
    async (handle) => {
      await handle.signal(hostUpSignal, { hostId: 'host-a', slots: 2, runs: [], epoch: 0 });
      await time!.sleep(15_000);
      expect(Object.keys((await handle.query(statusQuery)).leases)).toEqual(['orphan', 'held']);
      await time!.sleep(60_000);
      expect(Object.keys((await handle.query(statusQuery)).leases)).toEqual(['held']);
    },
  );
});

test('a lease on a host that fell silent is looked at, too, with how long that is (R-SYS-011)', async (context) => {
  if (time === null) return context.skip();
  const now = await time.currentTimeMs();
  const orphan: Lease = {
    ...{ leaseId: 'orphan', workflowId: 'task/dead/1', taskId: '1', pool: 'routes', route: 'Todo' },
    ...{ agent: 'sample', epoch: 0, grantedAt: now, unconfirmed: false },
  };
  const fresh = initialGovernor({
    ...{ project: 'dead', pools: { routes: 2 }, now, knownHosts: [] },
    seed: { leases: { orphan } },
  });
  const asked: Holder[] = [];
  const lost = (holders: readonly Holder[]) => {
    asked.push(...holders);
    return holders.filter(({ silentMs = 0 }) => silentMs > 100_000).map(({ leaseId }) => leaseId);
  };
  await withGovernor('dead', fresh, lost, async (handle) => {
    await handle.signal(hostUpSignal, { hostId: 'host-a', slots: 2, runs: ['orphan'], epoch: 0 });
    await time!.sleep(65_000);
    expect(Object.keys((await handle.query(statusQuery)).leases)).toEqual(['orphan']);
    await time!.sleep(90_000);
    expect(Object.keys((await handle.query(statusQuery)).leases)).toEqual([]);
  });
  expect(asked[0]?.silentMs).toBeGreaterThan(30_000);
});

test('whoever waits for money starts when a UTC day begins (R-SYS-011, R-PROD-049)', async (context) => {
  if (time === null) return context.skip();
  const now = await time.currentTimeMs();
  const agents = { sample: { dailyMicroUsd: 5, reservationMicroUsd: 5, onBudget: 'wait' as const } };
  const none = { dailyMicroUsd: null, monthlyMicroUsd: null, totalMicroUsd: null };
  const budget = { ...none, softRatio: 0.8, defaultReservationMicroUsd: 1, agents };
  const spent = { sums: { agents: { sample: 5 }, day: 5, month: 5, total: 5 } };
  const policy = { budget, breaker: BREAKER_DEFAULTS };
  const fresh = initialGovernor({
    ...{ project: 'midnight', pools: { routes: 1 }, now, knownHosts: [], policy, spent },
  });
  const tomorrow = nextDayStart(utcDay(now));
  await withGovernor(
    'midnight',
    fresh,
    () => [],
    async (handle) => {
      const up = { hostId: 'host-a', slots: 1, runs: [], epoch: 0 };
      await handle.signal(hostUpSignal, up);
      const request: AdmitRequest = {
        ...{ leaseId: 'lease-1', workflowId: 'task/midnight/1', taskId: '1', pool: 'routes', route: 'Todo' },
        ...{ agent: 'sample', order: [0, 0], ifBlocked: 'wait' },
      };
      const answer = await handle.executeUpdate(admitUpdate, { args: [request] });
      expect(answer).toMatchObject({ kind: 'waiting', blocked: { code: 'budget' } });
      await time!.sleep(tomorrow - (await time!.currentTimeMs()) - 20_000);
      await handle.signal(hostUpSignal, up);
      expect((await handle.query(statusQuery)).waiting).toHaveLength(1);
      await time!.sleep(25_000);
      const later = await handle.query(statusQuery);
      expect(later.waiting).toEqual([]);
      expect(later.budget?.spent).toMatchObject({ agents: {}, day: 0, total: 5 });
    },
  );
});
