import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createJobFiles } from '../../src/adapters/job-files/job-files.ts';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import { EVENTS_KEPT_MS, RUNS_KEPT_MS } from '../../src/core/limits.ts';
import { pruneJobs, pruneOnce } from '../../src/poller/prune.ts';
import { aGoodEnd, aJob, jobIdOf } from '../contract/job-builders.ts';
import { DAY_MS } from '../contract/store-bench.ts';

test('old runs, events and output files are forgotten, young ones stay (R-SYS-009, R-ART-087)', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'dispatch-prune-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const outputDir = join(dir, 'runs');
  mkdirSync(outputDir);
  const now = Date.now();
  for (const [name, age] of [
    ['old', RUNS_KEPT_MS + 60_000],
    ['young', 60_000],
  ] as const) {
    writeFileSync(join(outputDir, `${name}.log`), 'output');
    utimesSync(join(outputDir, `${name}.log`), new Date(now - age), new Date(now - age));
  }
  let clock = now - EVENTS_KEPT_MS - 60_000;
  const store = await createSqliteStore({ dir, project: 'p', now: () => clock });
  onTestFinished(() => store.close());
  const event = { task_id: '1', run_id: null, attempt: 1, type: 'system', data: {} } as const;
  await store.projection.appendEvents([event]);
  clock = now;
  await store.projection.appendEvents([event]);

  expect(await pruneOnce({ store, outputDir }, now)).toBe(2);

  expect(existsSync(join(outputDir, 'old.log'))).toBe(false);
  expect(existsSync(join(outputDir, 'young.log'))).toBe(true);
  expect(await store.projection.listEvents({ taskId: '1', afterSeq: 0, limit: 10 })).toHaveLength(1);
});

test('jobs older than the settings want go with their files; 0 keeps all (R-ADX-018)', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'dispatch-prune-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const store = await createSqliteStore({ dir, project: 'p' });
  onTestFinished(() => store.close());
  const jobFiles = createJobFiles({ dir: join(dir, 'jobs'), onWarning: () => {} });
  const now = Date.now();
  for (const [n, days] of [
    [1, 10],
    [2, 1],
  ] as const) {
    await store.jobs.add(aJob({ n, createdAt: now - 20 * DAY_MS }));
    await store.jobs.end(jobIdOf(n), aGoodEnd(now - days * DAY_MS));
    await jobFiles.write((await store.jobs.get(jobIdOf(n))) ?? aJob({ n }));
  }
  const prune = (days: number) => pruneJobs({ store, jobFiles, jobRetentionDays: async () => days }, now);
  expect(await prune(0)).toBe(0);
  expect(await prune(7)).toBe(1);
  expect(await store.jobs.get(jobIdOf(1))).toBeNull();
  expect(readdirSync(join(dir, 'jobs'))).toEqual([`${jobIdOf(2)}.json`]);
});
