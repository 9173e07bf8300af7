import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { nextDayStart, utcDay } from '../../src/core/policy/money/utc-day.ts';
import { rows } from './ledger-file.ts';
import { aNight, get, type Night } from './night-project.ts';
import { until } from './project.ts';
import type { SkippedTime } from './skipped-time.ts';
import { witnessLines } from './witness.ts';

const HOUR_MS = 3_600_000;
const SECOND_MS = 1_000;
const EVENING_HOUR = 20;

/**
 * A night whose hours are skipped. Its worker is not killed: this server knows no end of a worker's cache, so it would keep
 * every workflow for the dead one (and its time stands still while an agent works). That is tried in real time.
 */
export interface SkippedNight extends Night {
  readonly time: SkippedTime;
  /** UTC days before and after midnight. */
  readonly days: readonly [string, string];
  /** Epoch milliseconds. */
  readonly midnight: number;
}

/** Opens it at eight in the evening; nothing of it runs yet. */
export async function aSkippedNight(
  time: SkippedTime,
  scale: number,
  caps: Readonly<Record<string, number>>,
): Promise<SkippedNight> {
  const eve = nextDayStart(utcDay(await time.now()));
  await time.leapTo(eve + EVENING_HOUR * HOUR_MS);
  const midnight = nextDayStart(utcDay(eve));
  const agents = fileURLToPath(new URL('./skipped-night-agents.ts', import.meta.url));
  const night = await aNight(time.address, scale, {
    caps,
    env: { ...time.env, DISPATCH_TEST_AGENTS: agents },
    // The server has no Schedules.
    config: { report_every_hours: 0 },
  });
  return Object.assign(night, { time, midnight, days: [utcDay(eve), utcDay(midnight)] as const });
}

/** How often agents of a role began. */
export const starts = (night: Night, role: string): number =>
  witnessLines(night).filter(({ what, taskId }) => what === 'start' && taskId.startsWith(`${role}-`)).length;

/** Waits until no run is open. */
export const quiet = ({ project }: Night): Promise<true> =>
  until(
    'no run is open',
    async () => {
      const open = await project.context.store.projection.listRuns({ status: 'running', limit: 1 });
      return open.length === 0 && true;
    },
    60_000,
  );

/** Why a task does not run, as its reason's code. */
export const whyNot = async (night: Night, taskId: string): Promise<string> =>
  (await get<{ readonly code: string }>(night, `/tasks/${taskId}/why`)).code;

/** Tasks of these roles, or of all, that are not over. */
export const unfinished = (night: Night, ...roles: readonly string[]): readonly string[] =>
  rows<{ id: string; role: string }>(
    night.file,
    "select id, agent_owner as role from tasks where status in ('pending', 'in_progress') order by id",
  ).flatMap(({ id, role }) => (roles.length === 0 || roles.includes(role) ? [id] : []));

/** Skips so many seconds; whoever has to report to the governor has done so afterwards. */
export async function skip(night: SkippedNight, seconds: number): Promise<void> {
  const { time } = night;
  await quiet(night);
  await time.leapTo((await time.now()) + seconds * SECOND_MS);
  await until('the host is heard of', async () => {
    const hosts = Object.values((await night.project.context.control.governor())?.hosts ?? {});
    const now = await time.now();
    return hosts.some(({ lastSeen }) => now - lastSeen < 5 * SECOND_MS);
  });
}

/** Money is of two days; that of runs that began before midnight and ended after it is of the first. */
export async function expectDaysKept(night: SkippedNight, overMidnight: readonly string[]): Promise<void> {
  const { store } = night.project.context;
  const spend = await store.records.listSpend({ limit: 100_000 });
  expect([...new Set(spend.map(({ day }) => day))].sort()).toEqual(night.days);
  expect(overMidnight.length).toBeGreaterThan(0);
  for (const taskId of overMidnight) {
    const [run] = await store.projection.listRuns({ taskId, limit: 1 });
    expect(run?.startedAt).toBeLessThan(night.midnight);
    expect(run?.endedAt).toBeGreaterThan(night.midnight);
    expect(spend.find(({ runId }) => runId === run?.runId)?.day).toBe(night.days[0]);
  }
}
