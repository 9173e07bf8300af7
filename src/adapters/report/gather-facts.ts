import { findStall } from '../../core/policy/idle/stall.ts';
import { dayStart, nextDayStart } from '../../core/policy/money/utc-day.ts';
import { priceAge } from '../../core/policy/pricing/price-age.ts';
import { type DayRecords, withBeside } from '../../core/policy/report/beside.ts';
import type { DayFacts, ReportFacts, ReportTotals } from '../../core/policy/report/facts.ts';
import { stuckTasks } from '../../core/policy/report/stuck.ts';
import { roleOf } from '../../core/policy/roles/names.ts';
import type { Board } from '../../core/ports/board.ts';
import type { BrakeFile } from '../../core/ports/brake-file.ts';
import type { LedgerJournal } from '../../core/ports/ledger-journal.ts';
import type { Prices } from '../../core/ports/prices.ts';
import type { Store } from '../../core/ports/store.ts';
import type { Settings } from '../../core/schema/settings.ts';
import { capsOf } from './caps.ts';
import { recordsFacts } from './records-facts.ts';

export interface FactSources {
  readonly board: Board;
  readonly store: Store;
  readonly brake: Pick<BrakeFile, 'read'>;
  readonly prices: Pick<Prices, 'table'>;
  settings(): Settings;
}

const NONE_BESIDE = { besideMicroUsd: 0 };
const SPEND_READ_MAX = 10_000;
const STATES_READ_MAX = 1_000;
const QUESTIONS_LISTED_MAX = 25;

/** Everything a report says, from the ledger where there is one, else from our records (R-PROD-073). */
export async function gatherFacts(
  sources: FactSources,
  {
    date,
    at,
    previous,
  }: { readonly date: string; readonly at: number; readonly previous: ReportTotals | null },
): Promise<ReportFacts> {
  const { board, store, brake, prices, settings } = sources;
  const { records } = store;
  const { project, projectTitle, budget } = settings();
  const governor = await records.loadGovernor();
  const caps = capsOf(governor?.budget, budget ?? null);
  const journal = board.journal ?? null;
  const day = journal === null ? await recordsFacts(store, date, caps) : await journal.dayFacts(date);
  const age = priceAge(await prices.table(), at);
  const file = brake.read();
  return {
    ...day,
    ...{ title: projectTitle ?? project, date, at, previous },
    source: journal === null ? 'records' : 'ledger',
    pricesOldDays: age.stale ? age.days : null,
    caps: { alarmMicroUsd: caps.alarmMicroUsd, ceilingMicroUsd: caps.ceilingMicroUsd },
    ...(journal === null ? NONE_BESIDE : withBeside(day, await recordedOn(store, date), caps.ofAgent)),
    brake: {
      armed: file.armed || (governor?.brake.armed ?? false),
      reason: file.reason ?? governor?.brake.reason ?? null,
    },
    stall: await stallOf(journal, day),
    stuck: await stuckOf(sources, day, at),
    unknownCosts: (await records.listSpend({ day: date, limit: SPEND_READ_MAX })).filter(
      ({ known }) => !known,
    ).length,
    denied: await deniedOn(store, date),
    unmoved: await unmovedOn(store, date),
    questions: (await store.questions.list({ status: 'open', limit: QUESTIONS_LISTED_MAX })).map(
      ({ questionId, subject, agent, question }) => ({
        ...{ id: questionId, title: `Question about ${subject}`, agent, reason: question },
      }),
    ),
  };
}

/** What the records know of a day of which a ledger knows less. */
async function recordedOn({ records }: Store, date: string): Promise<DayRecords> {
  const [all, calls] = await Promise.all([records.spentOn(date), records.spentOn(date, 'dispatch')]);
  return { all: all.agents, calls: calls.agents };
}

/** Only of a team that has nothing left to do, nor to wait for, and whose roles do file tasks. */
async function stallOf(journal: LedgerJournal | null, { inProgress, blocked, oldestWaiting }: DayFacts) {
  const isIdle = inProgress.count === 0 && blocked === 0 && oldestWaiting === null;
  return journal === null || !isIdle
    ? []
    : findStall(await journal.endings()).filter(({ usually }) => usually.filed > 0);
}

async function stuckOf({ store, settings }: FactSources, { inProgress }: DayFacts, at: number) {
  const taskIds = inProgress.listed.map(({ id }) => id);
  const states = await store.records.listTaskStates({ taskIds, limit: taskIds.length });
  const { agents, routes } = settings();
  return stuckTasks(inProgress.listed, {
    at,
    statusOf: (id) => states.find(({ taskId }) => taskId === id)?.status ?? null,
    timeoutSecondsOf: (agent) =>
      routes.find((route) => route.agent === agent || route.queueName === agent)?.timeoutSeconds ??
      agents[agent]?.timeoutSeconds ??
      null,
  });
}

async function deniedOn({ projection }: Store, date: string): Promise<ReportFacts['denied']> {
  const denied = await projection.deniedTools({ from: dayStart(date), to: nextDayStart(date) });
  return denied.map(({ agent, ...rest }) => ({ ...rest, agent: roleOf(agent) }));
}

async function unmovedOn({ records }: Store, date: string): Promise<string[]> {
  const done = await records.listTaskStates({ status: ['done'], limit: STATES_READ_MAX });
  const [from, to] = [dayStart(date), nextDayStart(date)];
  return done
    .filter(
      ({ anomaly, updatedAt }) => anomaly === 'completed_without_move' && updatedAt >= from && updatedAt < to,
    )
    .map(({ taskId }) => taskId);
}
