import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { asking, heardBy } from '../helpers/asking.ts';
import { rows } from '../helpers/ledger-file.ts';
import {
  expectBooksAgree,
  expectNothingLost,
  expectReportIsTrue,
  expectToldOnce,
  expectTrailsHold,
  noneAlive,
  statuses,
} from '../helpers/night-facts.ts';
import { NOTE } from '../helpers/night-figures.ts';
import {
  aNight,
  atWork,
  command,
  get,
  keptBack,
  type Night,
  post,
  QUESTION,
  seed,
  share,
} from '../helpers/night-project.ts';
import { watchNight } from '../helpers/night-watch.ts';
import { settledIn, until } from '../helpers/project.ts';
import { aProcess, type ProjectProcess } from '../helpers/project-process.ts';
import { startOwnServer } from '../helpers/temporal-server.ts';
import { witnessLines } from '../helpers/witness.ts';

/** 60 tasks, or 500. */
const SCALE = process.env.DISPATCH_TEST_ALL === '1' ? 8.4 : 1;
const many = (count: number) => Math.round(count * SCALE);
const WAIT_MS_MAX = 60_000 * Math.ceil(SCALE / 2);

async function aServer() {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-night-'));
  const server = await startOwnServer({ dbFile: join(folder, 'temporal.db') });
  onTestFinished(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return server;
}

/** Caps are of one day: a night that would not end before midnight begins after it. */
const today = (): Promise<string> =>
  until(
    'a day that is not over soon',
    () => {
      const now = new Date();
      const left = 86_400_000 - (now.getTime() % 86_400_000);
      return left > 300_000 && now.toISOString().slice(0, 10);
    },
    310_000,
  );

const stepsDone = (at: number, what: string) =>
  console.log(`${((performance.now() - at) / 1000).toFixed(1)} s: ${what}`);

const done = (night: Night, ...ids: string[]) =>
  Promise.all(ids.map((id) => settledIn(night, id, `${id.split('-')[0]}:done`)));

/** Work is planned, a question answered, a task given up and gone on with after a word of a person. */
async function evening(night: Night): Promise<void> {
  const plans = share('plan', 'file', many(5), 0.1);
  await seed(night, [
    ...plans,
    { id: 'plan-ask', agent: 'plan', title: 'ask 0.1', priority: 0 },
    { id: 'plan-cli', agent: 'plan', title: 'cli 0.1', priority: 1 },
    { id: 'code-fragile', agent: 'code', title: 'fragile 0.1', priority: 1 },
    { id: 'code-after', agent: 'code', title: 'after 0.1', dependencies: ['code-fragile'] },
    ...share('code', 'evening', many(6), 0.2),
    ...share('art', 'evening', many(3), 0.2),
  ]);
  await asking(night, 'plan-ask');
  expect(await get(night, '/questions')).toMatchObject([{ task_id: 'plan-ask', question: QUESTION }]);
  await post(night, '/tasks/plan-ask/answer', { answer: 'blue' });
  await settledIn(night, 'code-fragile', 'code:escalated');
  const why = await command(night, ['why', 'code-after']);
  expect(why).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('code-fragile') });
  await post(night, '/tasks/code-fragile/requeue', { note: NOTE });
  await done(night, 'plan-ask', 'plan-cli', 'code-fragile', 'code-after');
  expect(heardBy(night)).toContain('Answer from local: blue');
}

/** Art has spent its cap: what is left of it waits, until a person gives up one task and more money. */
async function hitsItsCap(night: Night): Promise<string> {
  const waiting = await keptBack(night, 'art', 'budget');
  const why = await command(night, ['why', waiting]);
  const reason = 'daily cap of agent "art" is used up';
  expect(why).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(reason) });
  await post(night, `/tasks/${waiting}/kill`, { reason: 'not needed' });
  night.caps.art = 5_000_000 * SCALE;
  expect((await command(night, ['budget', 'set', 'art', String(5 * SCALE)])).exitCode).toBe(0);
  return waiting;
}

/** Two roles fail: the first is stopped alone, with the second the kill switch arms itself; nothing starts until `resume`. */
async function twoRolesFail(night: Night): Promise<void> {
  const { control } = night.project.context;
  for (const role of ['build', 'ship']) writeFileSync(join(night.dir, `broken-${role}`), '');
  await seed(night, share('build', 'burst', 6, 0.1));
  await keptBack(night, 'build', 'breaker');
  await seed(night, share('ship', 'burst', 6, 0.1));
  await until('the kill switch armed itself', () => night.project.brake.read().armed, 40_000);
  await until('what ran is over', () => noneOpen(night));
  const brake = (await control.governor())?.brake;
  expect(brake).toMatchObject({
    ...{ armed: true, by: 'auto', reason: expect.stringMatching(/^ship failed \d+× in 10 min/) },
  });
  const before = witnessLines(night).length;
  await seed(night, share('code', 'armed', 3, 0.1));
  expect(await get(night, '/tasks/code-armed-1/why')).toMatchObject({ code: 'brake' });
  expect(witnessLines(night)).toHaveLength(before);
  for (const role of ['build', 'ship']) rmSync(join(night.dir, `broken-${role}`));
  expect((await command(night, ['resume'])).exitCode).toBe(0);
  await until('work goes on', () => witnessLines(night).length > before);
}

const noneOpen = async ({ project }: Night) =>
  (await project.context.store.projection.listRuns({ status: 'running', limit: 1 })).length === 0;

async function killedAtWork(night: Night, worker: ProjectProcess, name: string): Promise<ProjectProcess> {
  await seed(night, share('code', name, many(8)));
  await atWork(night, 2);
  await worker.kill();
  return aProcess(night);
}

test(
  `a team of five roles is left alone for a night in which its worker and its server die (R-SYS-001, R-SYS-018, R-PROD-049, R-PROD-052, R-PROD-063, R-PROD-066, R-PROD-073)`,
  async () => {
    const at = performance.now();
    const day = await today();
    const server = await aServer();
    const night = await aNight(server.address, SCALE);
    night.api = await aProcess(night, 'api');
    let worker = await aProcess(night);
    const watch = watchNight(night);
    const { reportsDir } = night.project.settings();
    await until('the first report', () =>
      readdirSync(reportsDir).some((name) => name.endsWith('.md') && name.startsWith('morning-report-')),
    );
    stepsDone(at, 'up, and a report is written');
    await evening(night);
    stepsDone(at, 'asked, answered, escalated, requeued');
    const killed = await hitsItsCap(night);
    stepsDone(at, 'cap hit and raised');
    worker = await killedAtWork(night, worker, 'first');
    stepsDone(at, 'first worker killed');
    await twoRolesFail(night);
    stepsDone(at, 'two roles failed, kill switch armed and released');
    await seed(night, share('code', 'outage', many(5)));
    await atWork(night, 2);
    await server.kill();
    await server.restart();
    stepsDone(at, 'server killed');
    worker = await killedAtWork(night, worker, 'second');
    stepsDone(at, 'second worker killed');
    await seed(night, share('code', 'second-outage', many(5)));
    await atWork(night, 2);
    await server.kill();
    await server.restart();
    stepsDone(at, 'server killed again');

    await until(
      'every task has ended',
      () => {
        const { pending = 0, in_progress: running = 0 } = statuses(night);
        return pending + running === 0;
      },
      WAIT_MS_MAX,
    ).catch(async (error: unknown) => {
      console.log(
        rows(night.file, "select id, status from tasks where status in ('pending', 'in_progress')"),
      );
      throw error;
    });
    await until('no run is open', () => noneOpen(night));
    stepsDone(at, JSON.stringify(statuses(night)));
    await watch.stop();
    expect(watch.found).toEqual([]);
    expect(watch.looks()).toBeGreaterThan(20);
    const all = Object.values(statuses(night)).reduce((sum, count) => sum + count, 0);
    expect(all).toBeGreaterThanOrEqual(many(60));
    expect(statuses(night)).toEqual({ done: all - 1, killed: 1 });
    expect((await night.task(killed)).queueName).toBe('art:killed');
    await expectNothingLost(night);
    await expectBooksAgree(night, day);
    await expectReportIsTrue(night, day);
    await expectToldOnce(night, [
      ...['escalation:code-fragile', 'question:q1', 'kill-switch', `cap-hit/art/${day}`],
    ]);
    expect(await worker.stop()).toBe(0);
    expect(await night.api.stop()).toBe(0);
    await noneAlive(night);
    await expectTrailsHold(night);
    stepsDone(at, 'over');
  },
  200_000 * Math.ceil(SCALE / 2),
);
