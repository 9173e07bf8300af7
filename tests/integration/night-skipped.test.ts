import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rows } from '../helpers/ledger-file.ts';
import {
  expectBooksAgree,
  expectNothingLost,
  expectReportIsTrue,
  expectToldOnce,
  expectTrailsHold,
  statuses,
} from '../helpers/night-facts.ts';
import { NOTE, PRICES } from '../helpers/night-figures.ts';
import { command, keptBack, type Night, post, seed, share } from '../helpers/night-project.ts';
import { watchNight } from '../helpers/night-watch.ts';
import { settledIn, until } from '../helpers/project.ts';
import { aProcess } from '../helpers/project-process.ts';
import {
  aSkippedNight,
  expectDaysKept,
  quiet,
  type SkippedNight,
  skip,
  starts,
  unfinished,
  whyNot,
} from '../helpers/skipped-night.ts';
import { startSkippedTime } from '../helpers/skipped-time.ts';
import { witnessLines } from '../helpers/witness.ts';

/** 120 tasks, or 500. */
const SCALE = process.env.DISPATCH_TEST_ALL === '1' ? 4.4 : 1;
const many = (count: number) => Math.round(count * SCALE);
const WORK_MS_MAX = 60_000 * Math.ceil(SCALE);
const BRIEF = 0.02;
/** So long before midnight people look again (s). */
const EVE_SECONDS = 8;
const price = (role: string): number => PRICES[role]?.price ?? 0;

const CAPS = { plan: 2 * SCALE, code: 6 * SCALE, art: 0.56 * SCALE, build: 2, ship: 2, project: 12 * SCALE };

const beganAt = performance.now();
const said = (what: string) => console.log(`${((performance.now() - beganAt) / 1000).toFixed(1)} s: ${what}`);

const over = (night: Night, ...roles: readonly string[]) =>
  until(`all of ${roles} is over`, () => unfinished(night, ...roles).length === 0, WORK_MS_MAX);

/** Art has more to do than its cap is worth; a task is given up and gone on with after a word of a person. */
async function evening(night: SkippedNight): Promise<void> {
  await seed(night, [
    { id: 'code-fragile', agent: 'code', title: `fragile ${BRIEF}`, priority: 1 },
    { id: 'code-after', agent: 'code', title: `after ${BRIEF}`, dependencies: ['code-fragile'] },
    ...share('plan', 'evening', many(12), BRIEF),
    ...share('code', 'evening', many(42), BRIEF),
    ...share('art', 'evening', many(34), BRIEF),
  ]);
  await settledIn(night, 'code-fragile', 'code:escalated');
  expect(await command(night, ['why', 'code-after'])).toMatchObject({
    ...{ exitCode: 0, stdout: expect.stringContaining('code-fragile') },
  });
  await post(night, '/tasks/code-fragile/requeue', { note: NOTE });
  const waiting = await keptBack(night, 'art', 'budget');
  await over(night, 'plan', 'code');
  await quiet(night);
  expect(await command(night, ['why', waiting])).toMatchObject({
    ...{ exitCode: 0, stdout: expect.stringContaining('daily cap of agent "art" is used up') },
  });
}

/** Two roles fail: the first is stopped alone and tried again in vain, with the second the kill switch arms itself. */
async function twoRolesFail(night: SkippedNight): Promise<void> {
  const { control } = night.project.context;
  for (const role of ['build', 'ship']) writeFileSync(join(night.dir, `broken-${role}`), '');
  await seed(night, share('build', 'burst', many(12), BRIEF));
  await keptBack(night, 'build', 'breaker');
  await quiet(night);
  const tries = starts(night, 'build');
  await skip(night, 360);
  await until('the stopped role is tried once more', () => starts(night, 'build') > tries);
  await quiet(night);
  await seed(night, share('ship', 'burst', many(12), BRIEF));
  await until('the kill switch armed itself', () => night.project.brake.read().armed, 40_000);
  await quiet(night);
  expect((await control.governor())?.brake).toMatchObject({
    ...{ armed: true, by: 'auto', reason: expect.stringMatching(/^ship failed \d+× in 10 min/) },
  });
  const before = witnessLines(night).length;
  await skip(night, 3_600);
  expect(await whyNot(night, unfinished(night, 'build')[0] ?? '')).toBe('brake');
  expect(witnessLines(night)).toHaveLength(before);
  for (const role of ['build', 'ship']) rmSync(join(night.dir, `broken-${role}`));
  expect((await command(night, ['resume'])).exitCode).toBe(0);
  await over(night, 'build', 'ship');
}

/** All roles together have spent what a person leaves them: of four more plans two wait for the next day. */
async function hitsTheCeiling(night: SkippedNight): Promise<readonly string[]> {
  await quiet(night);
  const spent = (await night.project.context.control.governor())?.budget?.spent.day ?? 0;
  // Beside it two brief looks of build.
  const ceiling = spent + 2 * price('plan') + 2 * price('build');
  night.caps.project = ceiling;
  expect((await command(night, ['budget', 'set', 'project', String(ceiling / 1_000_000)])).exitCode).toBe(0);
  await seed(night, share('plan', 'late', 4, BRIEF));
  await keptBack(night, 'plan', 'budget');
  await until('what was left is spent', () => unfinished(night, 'plan').length === 2);
  await quiet(night);
  return unfinished(night, 'plan');
}

/** Nothing that waits for money starts before midnight; then it does. Answers who was at work while midnight passed. */
async function midnightPasses(night: SkippedNight, late: readonly string[]): Promise<readonly string[]> {
  const { time, midnight } = night;
  const waiting = [...late, ...unfinished(night, 'art')];
  const before = { art: starts(night, 'art'), plan: starts(night, 'plan') };
  const begun = () => ({ art: starts(night, 'art'), plan: starts(night, 'plan') });
  await skip(night, (midnight - (await time.now())) / 1_000 - 60);
  for (const id of waiting.slice(0, 3)) expect(await whyNot(night, id)).toBe('budget');
  await skip(night, (midnight - (await time.now())) / 1_000 - EVE_SECONDS);
  await seed(night, share('build', 'over', 2, EVE_SECONDS + 2));
  const atWork = await until('agents are at work', () => starts(night, 'build') > 0 && openBuilds(night));
  expect(begun()).toEqual(before);
  expect(await time.now()).toBeLessThan(midnight);
  await until('the first of them begins', () => begun().art > before.art, 40_000);
  expect(await time.now()).toBeGreaterThanOrEqual(midnight);
  await over(night, 'plan', 'build');
  return atWork;
}

/** What is in progress of those that work over midnight. */
const openBuilds = (night: Night): readonly string[] | false => {
  const open = rows<{ id: string }>(
    night.file,
    "select id from tasks where status = 'in_progress' and id like 'build-over-%' order by id",
  ).map(({ id }) => id);
  return open.length === 2 && open;
};

/** Art has spent the cap of the second day, too: what is left of it waits, and says why. */
async function morning(night: SkippedNight): Promise<void> {
  const forMoney = async (id: string) => WAITS_FOR_MONEY.test(await whyNot(night, id));
  const left = await until(
    'all that is left waits for money',
    async () => {
      const ids = unfinished(night);
      const reasons = await Promise.all(ids.map(forMoney));
      return ids.length > 0 && reasons.every((isMoney) => isMoney) && ids;
    },
    WORK_MS_MAX,
  );
  expect(left.filter((id) => !id.startsWith('art-'))).toEqual([]);
  await quiet(night);
  expect(unfinished(night)).toEqual(left);
}

/** In line, or on the board behind those in line. */
const WAITS_FOR_MONEY = /^(budget|backlog)$/;

test(
  'a night of which only the busy minutes are lived through: caps, a stopped role, the kill switch and midnight (R-SYS-011, R-PROD-047, R-PROD-049, R-PROD-052, R-PROD-063, R-PROD-073)',
  async (context) => {
    const time = await startSkippedTime();
    if (time === null) return context.skip();
    const night = await aSkippedNight(time, SCALE, CAPS);
    night.api = await aProcess(night, 'api');
    const worker = await aProcess(night);
    const watch = watchNight(night);
    said('up');
    await evening(night);
    said('cap hit, escalation answered');
    await twoRolesFail(night);
    said('two roles failed, kill switch armed and released');
    const late = await hitsTheCeiling(night);
    said('ceiling hit');
    const overMidnight = await midnightPasses(night, late);
    said('midnight');
    await morning(night);
    said(JSON.stringify(statuses(night)));
    await watch.stop();
    expect(watch.found).toEqual([]);
    expect(watch.looks()).toBeGreaterThan(20);
    expect(Object.values(statuses(night)).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(
      many(112),
    );
    await expectNothingLost(night);
    await expectBooksAgree(night, ...night.days);
    await expectDaysKept(night, overMidnight);
    for (const day of night.days) await expectReportIsTrue(night, day);
    await expectToldOnce(night, [
      ...['escalation:code-fragile', 'kill-switch'],
      ...night.days.map((day) => `cap-hit/art/${day}`),
    ]);
    expect(await worker.stop()).toBe(0);
    expect(await night.api.stop()).toBe(0);
    await expectTrailsHold(night);
    said('over');
  },
  120_000 * Math.ceil(SCALE),
);
