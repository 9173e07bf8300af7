import { expect, onTestFinished, test } from 'vitest';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import { awaitEnd } from '../../src/api/dispatch/await-end.ts';
import type { CallContext } from '../../src/api/operation.ts';
import type { DispatchControl } from '../../src/core/ports/dispatch-control.ts';
import { adoptJobs } from '../../src/poller/adopt-jobs.ts';
import { aJob, jobIdOf } from './job-builders.ts';

const MINUTE_MS = 60_000;

/** What the server would say: of whom it was asked, and what was taken up. */
async function aScene() {
  const store = await createSqliteStore({ project: 'shop', dir: null, now: Date.now });
  onTestFinished(() => store.close());
  const asked: string[] = [];
  const taken: string[] = [];
  const closed = new Set<string>();
  const dispatches = {
    isCarriedOn: async ({ jobId }) => asked.push(jobId) > 0 && !closed.has(jobId),
    takeUp: async ({ jobId, parentId }) => parentId === null && taken.push(jobId) > 0,
  } satisfies Partial<DispatchControl> as unknown as DispatchControl;
  const silent = () => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const lookAt = new Map<string, number>();
  const ports = { jobs: store.jobs, records: store.records, dispatches, log, owner: 'one' };
  return { jobs: store.jobs, asked, taken, closed, lookAt, look: () => adoptJobs(ports, lookAt) };
}

test('whoever waits for a part leaves it the same time to be begun as everybody (R-AD-084, R-AD-114)', async () => {
  const { jobs, closed } = await aScene();
  const part = { mode: 'parallel', parentId: 'f'.repeat(32) } as const;
  await jobs.add(aJob({ n: 1, createdAt: Date.now() - 40_000, ...part }));
  await jobs.add(aJob({ n: 2, createdAt: Date.now() - 70_000, ...part }));
  for (const n of [1, 2]) closed.add(jobIdOf(n));
  const dispatches = { isCarriedOn: async () => false, takeUp: async () => false };
  for (const n of [1, 2]) {
    const job = await jobs.get(jobIdOf(n));
    if (job === null) throw new Error('the job is gone');
    const left = new AbortController();
    // Its time between two looks is over, and then nobody waits any more.
    const waitForEnd = async () => {
      left.abort();
      return null;
    };
    const context = { store: { jobs }, dispatches, jobEnds: { waitForEnd }, signal: left.signal };
    await awaitEnd(context as unknown as CallContext, job, 60_000);
  }
  expect(await jobs.statusOf(jobIdOf(1))).toBe('pending');
  expect(await jobs.statusOf(jobIdOf(2))).toBe('failed');
});

test('the oldest of many thousand open jobs is looked at, too (R-AD-114)', async () => {
  const { jobs, taken, closed, look } = await aScene();
  const createdAt = Date.now() - 60 * MINUTE_MS;
  await jobs.importJobs(Array.from({ length: 3_000 }, (_, n) => aJob({ n, createdAt: createdAt + n })));
  closed.add(jobIdOf(0));
  await look();
  expect(taken).toEqual([jobIdOf(0)]);
});

test('the server is not asked at every look for each of a thousand jobs that are carried on (R-AD-114)', async () => {
  const { jobs, asked, lookAt, look } = await aScene();
  for (let n = 1; n <= 1_000; n++) await jobs.add(aJob({ n, createdAt: Date.now() - 60 * MINUTE_MS }));
  await look();
  await look();
  expect(asked).toHaveLength(1_000);
  for (const jobId of lookAt.keys()) lookAt.set(jobId, Date.now());
  await look();
  expect(asked).toHaveLength(2_000);
});

test('what nobody carries on is taken up; a part only once all of them can be kept, and it is over (R-AD-114)', async () => {
  const { jobs, taken, closed, look } = await aScene();
  const parentId = 'f'.repeat(32);
  await jobs.add(aJob({ n: 1, createdAt: Date.now() - 10_000 }));
  await jobs.add(aJob({ n: 2, createdAt: Date.now() - 10_000, mode: 'parallel', parentId }));
  await jobs.add(aJob({ n: 3, createdAt: Date.now() - 2 * MINUTE_MS, mode: 'parallel', parentId }));
  for (const n of [1, 2, 3]) closed.add(jobIdOf(n));
  await look();
  expect(taken).toEqual([jobIdOf(1)]);
  expect(await jobs.statusOf(jobIdOf(2))).toBe('pending');
  expect(await jobs.statusOf(jobIdOf(3))).toBe('failed');
});
