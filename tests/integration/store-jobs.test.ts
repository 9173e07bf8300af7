import { expect, test } from 'vitest';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import { createJobWaiter } from '../../src/adapters/store/job-waiter.ts';
import { aGoodEnd, aJob, jobIdOf } from '../contract/job-builders.ts';
import { until } from '../helpers/processes.ts';
import { aStateDir, childCommand, type StoreChild, startChild } from './store-children.ts';

const open = (dir: string) => createSqliteStore({ dir, project: 'shop' });
/** On a busy machine a process alone may take seconds to begin. */
const PATIENCE_MS = 30_000;
const epochMs = () => performance.timeOrigin + performance.now();

async function ready(...children: StoreChild[]): Promise<void> {
  for (const child of children) await until(() => child.lines().includes('ready'), PATIENCE_MS);
}
/** What a child answered to each line, by line. */
const answers = (child: StoreChild) =>
  new Map(child.lines().map((line) => [line.split(' ')[0], line.split(' ')[1]]));

test('of a cancel and a start in two processes exactly one wins (R-AD-108)', async () => {
  const dir = aStateDir();
  const { jobs, close } = await open(dir);
  const ids = Array.from({ length: 100 }, (_, n) => jobIdOf(n));
  for (const n of ids.keys()) await jobs.add(aJob({ n }));
  const starter = startChild(childCommand('start-jobs', dir, 'a'));
  const canceller = startChild(childCommand('cancel-jobs', dir, 'b'));
  await ready(starter, canceller);
  for (const jobId of ids) {
    starter.process.stdin?.write(`${jobId}\n`);
    canceller.process.stdin?.write(`${jobId}\n`);
    await until(() => answers(starter).has(jobId) && answers(canceller).has(jobId), PATIENCE_MS);
  }
  for (const jobId of ids) {
    const started = answers(starter).get(jobId) === 'true';
    expect(answers(canceller).get(jobId)).toBe(String(!started));
    expect(await jobs.statusOf(jobId)).toBe(started ? 'running' : 'cancelled');
  }
  await close();
});

test('14 processes add, run and end jobs: none is lost, equal calls are kept once (R-SYS-036, R-AD-084)', async () => {
  const dir = aStateDir();
  const { jobs, close } = await open(dir);
  const names = Array.from({ length: 14 }, (_, index) => String(index + 1));
  const children = names.map((name) => startChild(childCommand('work-jobs', dir, name)));
  for (const child of children) expect(await child.ended).toBe('0');
  for (const name of names) {
    const listed = await jobs.list({ agent: `agent-${name}`, limit: 100 });
    expect(listed.map(({ status }) => status)).toEqual(Array(8).fill('done'));
    const own = listed.map(({ jobId }) => Number.parseInt(jobId, 16));
    expect(own).toEqual(Array.from({ length: 8 }, (_, index) => Number(name) * 1_000 + 7 - index));
  }
  const kept = children.flatMap((child) => child.lines());
  expect(kept.map((line) => line.split(' ')[0]).sort()).toEqual(Array.from({ length: 5 }, (_, n) => `${n}`));
  expect((await jobs.list({ agent: 'shared', limit: 1_000 })).length).toBe(5);
  await close();
});

test('who waits for a job hears of its end in another process soon (R-AD-106)', async () => {
  const dir = aStateDir();
  const { jobs, close } = await open(dir);
  const waiter = createJobWaiter(jobs);
  const child = startChild(childCommand('end-jobs', dir, 'a'));
  await ready(child);
  const lags: number[] = [];
  for (let n = 0; n < 40; n++) {
    await jobs.add(aJob({ n }));
    const waiting = waiter.waitForEnd(jobIdOf(n), { deadlineMs: 10_000 }).then((job) => ({
      job,
      at: epochMs(),
    }));
    child.process.stdin?.write(`${jobIdOf(n)}\n`);
    const { job, at } = await waiting;
    expect(job).toMatchObject({ status: 'done', result: { result: 'All is well' } });
    const endedAt = Number(await until(() => answers(child).get(jobIdOf(n)), PATIENCE_MS));
    lags.push(at - endedAt);
  }
  lags.sort((one, other) => one - other);
  // The median, and on a busy machine single ones wait for a processor.
  expect(lags[lags.length / 2]).toBeLessThan(250);
  waiter.close();
  await close();
});

test('waiting ends at the deadline, by the signal, and at once for what is over or unknown', async () => {
  const { jobs, close } = await open(aStateDir());
  const waiter = createJobWaiter(jobs);
  await jobs.add(aJob({ n: 1 }));
  await jobs.add(aJob({ n: 2 }));
  const wait = (n: number, deadlineMs: number, signal?: AbortSignal) =>
    waiter.waitForEnd(jobIdOf(n), { deadlineMs, ...(signal === undefined ? {} : { signal }) });
  expect(await wait(1, 20)).toBeNull();
  await expect(wait(9, 60_000)).rejects.toThrow(`Job not found: ${jobIdOf(9)}`);
  const stop = new AbortController();
  const given = wait(1, 60_000, stop.signal);
  stop.abort();
  expect(await given).toBeNull();
  expect(await wait(1, 60_000, stop.signal)).toBeNull();
  const both = [wait(1, 60_000), wait(1, 60_000)];
  await jobs.end(jobIdOf(2), aGoodEnd(1));
  await jobs.end(jobIdOf(1), aGoodEnd(1));
  expect((await Promise.all(both)).map((job) => job?.status)).toEqual(['done', 'done']);
  expect(await wait(1, 60_000)).toMatchObject({ status: 'done' });
  await close();
});

test('nobody waiting costs nothing, and a hundred waiters are told without a search', async () => {
  const { jobs, close } = await open(aStateDir());
  let looks = 0;
  const watched = {
    ...jobs,
    foreignChanges: () => {
      looks += 1;
      return jobs.foreignChanges();
    },
  };
  const waiter = createJobWaiter(watched, { pollMs: 1 });
  for (let n = 0; n < 100; n++) await jobs.add(aJob({ n }));
  const waits = Array.from({ length: 100 }, (_, n) => waiter.waitForEnd(jobIdOf(n), { deadlineMs: 20_000 }));
  await until(() => looks > 2);
  for (let n = 0; n < 100; n++) await jobs.end(jobIdOf(n), aGoodEnd(1));
  expect((await Promise.all(waits)).every((job) => job?.status === 'done')).toBe(true);
  const before = looks;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(looks).toBe(before);
  await close();
});
