import { expect, test } from 'vitest';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import { aJob } from './job-builders.ts';

test('each change of a job is one line of the audit trail, and what changes nothing is none (R-PROD-029)', async () => {
  const store = await createSqliteStore({ dir: null, project: 'shop' });
  const { jobs, records } = store;
  const job = aJob();
  const { jobId } = job;
  const run = { runId: 'r1', hostId: 'h1', at: 2, note: { detail: { prompt_sha256: 'ab' } } };
  const end = { status: 'failed', result: null, error: 'no', at: 3 } as const;
  for (let again = 0; again < 2; again++) {
    await jobs.add(job);
    await jobs.start(jobId, run);
    await jobs.end(jobId, end);
  }
  await jobs.touchSession({ sessionId: 's1', agent: 'a', at: 4, costMicroUsd: 5 });
  await jobs.purge(10, { dryRun: true });
  await jobs.purge(10, { dryRun: false });
  await jobs.importJobs([{ ...job, status: 'done', completedAt: 5 }]);
  const trail = [...(await records.listAudit(20))].reverse();
  await store.close();
  expect(trail.map(({ action, subject }) => [action, subject])).toEqual([
    ['job-pending', jobId],
    ['job-running', jobId],
    ['job-failed', jobId],
    ['session-turn', 's1'],
    ['jobs-purged', 'shop'],
    ['jobs-imported', 'shop'],
  ]);
  expect(trail[1]?.detail).toEqual({ run_id: 'r1', host_id: 'h1', prompt_sha256: 'ab' });
});
