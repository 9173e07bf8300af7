import { dayStart, nextDayStart } from '../../core/policy/money/utc-day.ts';
import type { DayFacts, OpenItem } from '../../core/policy/report/facts.ts';
import { HOT_RETRIES, REPORT_LISTS } from '../../core/policy/report/listed.ts';
import type { Store } from '../../core/ports/store.ts';
import type { TaskState } from '../../core/schema/run-record.ts';
import type { Caps } from './caps.ts';

const STATES_READ_MAX = 1_000;

/** What our own records say of a UTC day, where the board has no ledger. */
export async function recordsFacts(
  { projection, records }: Store,
  day: string,
  caps: Caps,
): Promise<DayFacts> {
  const states = (status: TaskState['status'][]) =>
    records.listTaskStates({ status, limit: STATES_READ_MAX });
  const [runs, totals, dead, stuck, working, retrying] = await Promise.all([
    projection.succeededRuns({ from: dayStart(day), to: nextDayStart(day) }),
    records.spendTotals(day),
    states(['dead']),
    states(['stuck']),
    states(['claimed', 'running', 'asking']),
    states(['retrying']),
  ]);
  const describe = (list: readonly TaskState[]) =>
    Promise.all(list.map((state) => openItem(projection, state)));
  const hot = [...dead, ...stuck, ...working, ...retrying].filter(
    ({ retryCount }) => retryCount >= HOT_RETRIES,
  );
  return {
    shipped: {
      count: runs.byAgent.reduce((sum, { count }) => sum + count, 0),
      listed: runs.latest.map(({ taskId, jobId, runId, taskName, agent, costMicroUsd }) => ({
        ...{ id: taskId || jobId || runId, title: taskName, agent, microUsd: costMicroUsd },
      })),
      byAgent: runs.byAgent,
    },
    signOff: { count: dead.length, listed: await describe(dead.slice(0, REPORT_LISTS.signOff)) },
    failed: await describe(stuck.slice(0, REPORT_LISTS.failed)),
    spentMicroUsd: totals.day,
    spend: Object.entries(totals.agents)
      .map(([agent, spentMicroUsd]) => ({ agent, spentMicroUsd, ...caps.ofAgent(agent) }))
      .toSorted((a, b) => b.spentMicroUsd - a.spentMicroUsd),
    ...{ assets: [], drift: [], blocked: 0, oldestWaiting: null },
    inProgress: {
      count: working.length,
      listed: await Promise.all(
        working.slice(0, REPORT_LISTS.inProgress).map((state) => workItem(projection, state)),
      ),
    },
    failedPending: retrying.length,
    hotSpots: (
      await describe(hot.toSorted((a, b) => b.retryCount - a.retryCount).slice(0, REPORT_LISTS.hotSpots))
    ).map(({ id, agent, retryCount }) => ({ id, agent, retryCount })),
  };
}

type Runs = Store['projection'];

const latestRun = async (projection: Runs, taskId: string) =>
  (await projection.listRuns({ taskId, limit: 1 }))[0];

async function openItem(
  projection: Runs,
  { taskId, lastReason, anomaly, retryCount }: TaskState,
): Promise<OpenItem & { readonly retryCount: number }> {
  const run = await latestRun(projection, taskId);
  const reason = lastReason ?? anomaly ?? 'no reason given';
  return { id: taskId, title: run?.taskName ?? taskId, agent: run?.agent ?? '?', reason, retryCount };
}

async function workItem(projection: Runs, { taskId, updatedAt }: TaskState) {
  const run = await latestRun(projection, taskId);
  return { id: taskId, agent: run?.agent ?? '?', since: run?.startedAt ?? updatedAt };
}
