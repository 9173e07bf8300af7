import { sql } from 'kysely';
import { microUsdOf } from '../../../core/policy/money/dollars.ts';
import type { DayFacts } from '../../../core/policy/report/facts.ts';
import { HOT_RETRIES, REPORT_LISTS } from '../../../core/policy/report/listed.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { READY } from './dependencies.ts';
import { type LedgerStatus, ledger } from './ledger-tables.ts';

/** Every time that is written with that UTC day in front; compared as text, which an index can answer. */
interface OfDay {
  readonly from: string;
  readonly below: string;
}

const finished = ledger.selectFrom('tasks').where('status', '=', 'done');
const shippedOn = (a: OfDay) => finished.where('finishedAt', '>=', a.from).where('finishedAt', '<', a.below);

const shipped = query((a: OfDay) =>
  shippedOn(a)
    .select(['id', 'title', 'agentOwner', 'costUsd'])
    .orderBy('finishedAt', 'desc')
    .orderBy(sql.ref('tasks.rowid'), 'desc')
    .limit(REPORT_LISTS.shipped),
);
const shippedBy = query((a: OfDay) =>
  shippedOn(a)
    .select(['agentOwner', sql<number>`count(*)`.as('count')])
    .groupBy('agentOwner')
    .orderBy('count', 'desc')
    .orderBy('agentOwner'),
);

/** Tasks that wait for a person, the latest first. */
const given = (status: LedgerStatus, limit: number) =>
  query((_: object) =>
    ledger
      .selectFrom('tasks')
      .select(['id', 'title', 'agentOwner', 'escalationReason', 'retryCount'])
      .where('status', '=', status)
      .orderBy('finishedAt', 'desc')
      .limit(limit),
  );
const escalated = given('escalated', REPORT_LISTS.signOff);
const failed = given('failed', REPORT_LISTS.failed);

const counts = query((_: object) =>
  ledger
    .selectFrom('tasks')
    .select(['status', sql<number>`count(*)`.as('count')])
    .groupBy('status'),
);
const budgets = query((a: { day: string }) =>
  ledger
    .selectFrom('budget')
    .select(['agentOwner', 'spentUsd', 'hardCapUsd', 'softCapUsd'])
    .where('date', '=', a.day)
    .orderBy('spentUsd', 'desc')
    .orderBy('agentOwner'),
);
const assets = query((a: OfDay) =>
  ledger
    .selectFrom('assetRegistry')
    .select([
      'assetType',
      sql<number>`count(*)`.as('count'),
      sql<number>`coalesce(sum(cost_usd), 0)`.as('usd'),
    ])
    .where('timestamp', '>=', a.from)
    .where('timestamp', '<', a.below)
    .groupBy('assetType')
    .orderBy('assetType'),
);
const drift = query((a: OfDay) =>
  shippedOn(a)
    .select(['agentOwner'])
    .select([sql<number>`sum(cost_usd)`.as('computed'), sql<number>`sum(actual_cost_usd)`.as('actual')])
    .where('actualCostUsd', 'is not', null)
    .groupBy('agentOwner')
    .orderBy('agentOwner'),
);
const running = query((_: object) =>
  ledger
    .selectFrom('tasks')
    .select(['id', 'agentOwner', 'startedAt'])
    .where('status', '=', 'in_progress')
    .orderBy('startedAt')
    .limit(REPORT_LISTS.inProgress),
);
const blocked = query((_: object) =>
  ledger
    .selectFrom('tasks')
    .select(sql<number>`count(*)`.as('count'))
    .where('status', '=', 'pending')
    .where(sql<boolean>`not (${READY})`),
);
const oldest = query((_: object) =>
  ledger
    .selectFrom('tasks')
    .select(['id', 'agentOwner', 'createdAt'])
    .where('status', '=', 'pending')
    .orderBy('createdAt')
    .limit(1),
);
const hotSpots = query((_: object) =>
  ledger
    .selectFrom('tasks')
    .select(['id', 'agentOwner', 'retryCount'])
    .where('status', 'in', ['pending', 'in_progress', 'failed', 'escalated'])
    .where('retryCount', '>=', HOT_RETRIES)
    .orderBy('retryCount', 'desc')
    .orderBy('id')
    .limit(REPORT_LISTS.hotSpots),
);

/** What a ledger says of a UTC day: its own sums, recomputed with each call (R-PROD-073). */
export function dayFacts(connection: Connection, day: string): DayFacts {
  const ofDay = { from: day, below: `${day}\u{10FFFF}` };
  const numbers = new Map(connection.all(counts, {}).map(({ status, count }) => [status, count]));
  const byAgent = connection
    .all(shippedBy, ofDay)
    .map(({ agentOwner, count }) => ({ agent: agentOwner, count }));
  const spend = connection.all(budgets, { day });
  return {
    shipped: {
      count: byAgent.reduce((sum, { count }) => sum + count, 0),
      listed: connection.all(shipped, ofDay).map(({ id, title, agentOwner, costUsd }) => ({
        id,
        title,
        agent: agentOwner,
        microUsd: microUsdOf(costUsd),
      })),
      byAgent,
    },
    signOff: { count: numbers.get('escalated') ?? 0, listed: connection.all(escalated, {}).map(openItem) },
    failed: connection.all(failed, {}).map((row) => ({ ...openItem(row), retryCount: row.retryCount })),
    spentMicroUsd: microUsdOf(spend.reduce((sum, { spentUsd }) => sum + spentUsd, 0)),
    spend: spend.map(({ agentOwner, spentUsd, hardCapUsd, softCapUsd }) => ({
      agent: agentOwner,
      spentMicroUsd: microUsdOf(spentUsd),
      capMicroUsd: microUsdOf(hardCapUsd),
      softCapMicroUsd: microUsdOf(softCapUsd),
    })),
    assets: connection
      .all(assets, ofDay)
      .map(({ assetType, count, usd }) => ({ type: assetType, count, microUsd: microUsdOf(usd) })),
    drift: connection.all(drift, ofDay).map(({ agentOwner, computed, actual }) => ({
      agent: agentOwner,
      computedMicroUsd: microUsdOf(computed),
      actualMicroUsd: microUsdOf(actual),
    })),
    ...openWork(connection),
    failedPending: numbers.get('failed') ?? 0,
    inProgress: {
      count: numbers.get('in_progress') ?? 0,
      listed: connection.all(running, {}).map(runningItem),
    },
  };
}

/** Pending tasks that wait for others. */
export const blockedCount = (connection: Connection): number => connection.get(blocked, {})?.count ?? 0;

function openWork(connection: Connection): Pick<DayFacts, 'blocked' | 'oldestWaiting' | 'hotSpots'> {
  const first = connection.get(oldest, {});
  return {
    blocked: blockedCount(connection),
    oldestWaiting:
      first === undefined
        ? null
        : { id: first.id, agent: first.agentOwner, since: Date.parse(first.createdAt) },
    hotSpots: connection
      .all(hotSpots, {})
      .map(({ id, agentOwner, retryCount }) => ({ id, agent: agentOwner, retryCount })),
  };
}

interface Given {
  readonly id: string;
  readonly title: string;
  readonly agentOwner: string;
  readonly escalationReason: string | null;
}

const openItem = ({ id, title, agentOwner, escalationReason }: Given) => ({
  ...{ id, title, agent: agentOwner },
  reason: escalationReason ?? 'no reason given',
});

const runningItem = ({
  id,
  agentOwner,
  startedAt,
}: {
  id: string;
  agentOwner: string;
  startedAt: string | null;
}) => ({
  ...{ id, agent: agentOwner },
  since: startedAt === null ? null : Date.parse(startedAt),
});
