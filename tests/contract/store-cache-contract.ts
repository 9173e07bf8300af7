import { describe, expect, test } from 'vitest';
import type { Jobs } from '../../src/core/ports/jobs.ts';
import { aGoodEnd, aJob, aResult, jobIdOf } from './job-builders.ts';
import { START_MS, type StoreBench } from './store-bench.ts';

const TTL_MS = 1_000;

/** Asks and answers once under a key; the n-th job of the test. */
async function answer(jobs: Jobs, cacheKey: string, n: number, { at = START_MS, agent = 'infra' } = {}) {
  await jobs.add(aJob({ n, cacheKey, agent, createdAt: at }));
  await jobs.end(jobIdOf(n), aGoodEnd(at, { result: `answer ${n}` }), { ttlMs: TTL_MS, maxSize: 3 });
}

/** The promises of a store's cached answers and of equal calls. */
export function cacheContract(name: string, bench: StoreBench): void {
  describe(`${name}: cache`, () => {
    test('of equal calls one is kept while it is open; the next pays again (R-AD-084)', async () => {
      const { jobs } = await bench.make();
      const first = aJob({ n: 1, cacheKey: 'a' });
      expect(await jobs.add(first)).toMatchObject({ added: true });
      expect(await jobs.add(aJob({ n: 2, cacheKey: 'a' }))).toEqual({ added: false, job: first });
      expect(await jobs.add(first)).toEqual({ added: false, job: first });
      expect(await jobs.add(aJob({ n: 3, cacheKey: 'b' }))).toMatchObject({ added: true });
      expect(await jobs.add(aJob({ n: 4 }))).toMatchObject({ added: true });
      expect(await jobs.add(aJob({ n: 5 }))).toMatchObject({ added: true });
      await jobs.end(jobIdOf(1), aGoodEnd(START_MS));
      expect(await jobs.add(aJob({ n: 6, cacheKey: 'a' }))).toMatchObject({ added: true });
      expect(await jobs.get(jobIdOf(2))).toBeNull();
    });

    test('an answer that came after a call was made answers that call, too (R-AD-084)', async () => {
      const { jobs } = await bench.make();
      await answer(jobs, 'a', 1, { at: START_MS + 5 });
      const first = await jobs.get(jobIdOf(1));
      const early = aJob({ n: 2, cacheKey: 'a', createdAt: START_MS + 4 });
      expect(await jobs.add(early)).toEqual({ added: false, job: first });
      const late = aJob({ n: 3, cacheKey: 'a', createdAt: START_MS + 6 });
      expect(await jobs.add(late)).toMatchObject({ added: true });
    });

    test('an answer is good for its time; reading does not extend it (R-AD-119, R-AD-120)', async () => {
      const { jobs } = await bench.make();
      expect(await jobs.cached('a', START_MS)).toBeNull();
      await answer(jobs, 'a', 1);
      expect(await jobs.cached('a', START_MS + TTL_MS - 1)).toMatchObject({ result: 'answer 1' });
      expect(await jobs.cached('a', START_MS + TTL_MS)).toBeNull();
      const counters = { size: 1, hits: 1, misses: 2, evictions: 0 };
      expect(await jobs.cacheCounters(START_MS + 1)).toEqual(counters);
      expect(await jobs.cacheCounters(START_MS + TTL_MS)).toEqual({ ...counters, size: 0 });
    });

    test('beyond its size the first kept goes first, read or not (R-AD-119)', async () => {
      const { jobs } = await bench.make();
      for (const [index, key] of ['a', 'b', 'c'].entries()) await answer(jobs, key, index);
      await jobs.cached('a', START_MS);
      await answer(jobs, 'd', 4);
      expect(await jobs.cached('a', START_MS)).toBeNull();
      expect(await jobs.cached('b', START_MS)).not.toBeNull();
      expect(await jobs.cacheCounters(START_MS)).toMatchObject({ size: 3, evictions: 1 });
    });

    test('only successes enter it, and none without time or key (R-AD-118)', async () => {
      const { jobs } = await bench.make();
      const cache = { ttlMs: TTL_MS, maxSize: 3 };
      await jobs.add(aJob({ n: 1, cacheKey: 'a' }));
      const result = aResult({ success: false });
      await jobs.end(jobIdOf(1), { status: 'failed', result, error: 'no', at: START_MS }, cache);
      await jobs.add(aJob({ n: 2, cacheKey: 'b' }));
      await jobs.end(jobIdOf(2), aGoodEnd(START_MS), { ...cache, ttlMs: 0 });
      await jobs.add(aJob({ n: 3, cacheKey: 'c' }));
      await jobs.end(jobIdOf(3), aGoodEnd(START_MS));
      await jobs.add(aJob({ n: 4 }));
      await jobs.end(jobIdOf(4), aGoodEnd(START_MS), cache);
      expect(await jobs.cacheCounters(START_MS)).toMatchObject({ size: 0 });
    });

    test('a late worker does not replace the answer to a newer question (R-ADX-044)', async () => {
      const { jobs } = await bench.make();
      await answer(jobs, 'a', 1, { at: START_MS + 100 });
      await answer(jobs, 'a', 2, { at: START_MS + 50 });
      expect(await jobs.cached('a', START_MS + 100)).toMatchObject({ result: 'answer 1' });
      await answer(jobs, 'a', 3, { at: START_MS + 200 });
      expect(await jobs.cached('a', START_MS + 200)).toMatchObject({ result: 'answer 3' });
    });

    test('an edited agent loses its answers, the others keep theirs (R-ADX-015)', async () => {
      const { jobs } = await bench.make();
      await answer(jobs, 'a', 1);
      await answer(jobs, 'b', 2, { agent: 'db' });
      await jobs.dropCachedAgent('db');
      expect(await jobs.cached('a', START_MS)).not.toBeNull();
      expect(await jobs.cached('b', START_MS)).toBeNull();
    });

    test('clearing empties it and its counters; what is expired does not count (R-AD-121)', async () => {
      const { jobs } = await bench.make();
      for (const [index, key] of ['a', 'b', 'c', 'd'].entries()) await answer(jobs, key, index);
      await answer(jobs, 'e', 5, { at: START_MS - TTL_MS });
      await jobs.cached('d', START_MS);
      await jobs.cached('none', START_MS);
      expect(await jobs.clearCache()).toBe(2);
      expect(await jobs.cacheCounters(START_MS)).toEqual({ size: 0, hits: 0, misses: 0, evictions: 0 });
      expect(await jobs.cached('d', START_MS)).toBeNull();
    });

    test('a deleted job takes its answer along', async () => {
      const { jobs } = await bench.make();
      await answer(jobs, 'a', 1);
      await jobs.purge(START_MS + 1, { dryRun: false });
      expect(await jobs.cached('a', START_MS)).toBeNull();
      expect(await jobs.cacheCounters(START_MS)).toMatchObject({ size: 0 });
    });

    test.runIf(bench.shared)('answers and counters outlive the process (R-AD-119)', async () => {
      const [one, other] = [await bench.make(), await bench.make()];
      await answer(one.jobs, 'a', 1);
      expect(await other.jobs.cached('a', START_MS)).toMatchObject({ result: 'answer 1' });
      await one.jobs.cached('b', START_MS);
      expect(await other.jobs.cacheCounters(START_MS)).toMatchObject({ size: 1, hits: 1, misses: 1 });
      const farm = await bench.make('farm');
      expect(await farm.jobs.cached('a', START_MS)).toBeNull();
      expect(await farm.jobs.list({ limit: 10 })).toEqual([]);
    });
  });
}
