import { jobEnded } from '../../core/policy/audit/job-change.ts';
import type { JobEnd, Jobs } from '../../core/ports/jobs.ts';
import type { JobStatus } from '../../core/schema/job.ts';
import { createAuditChain } from './audit-chain.ts';
import type { Connection } from './connection.ts';
import { createCounter } from './counters.ts';
import { type CacheFill, fillCache } from './job-cache-fill.ts';
import { JOB_ENDS } from './job-ends.ts';
import { endColumns } from './job-rows.ts';
import { keepResult, type OfJob } from './job-texts.ts';
import { type JobRow, jobs } from './jobs-tables.ts';
import { columnsOf, query } from './query.ts';
import { createTurnNotes } from './sessions.ts';
import type { PartConfig } from './store-config.ts';

type EndArgs = OfJob & ReturnType<typeof endColumns> & { status: JobStatus; at: number; endSeq: number };

const endOf = (from: 'pending' | 'running' | undefined) =>
  query((a: EndArgs) => {
    const update = jobs
      .updateTable('jobs')
      .set({ completedAt: a.at, ...columnsOf(a, ['status', 'endSeq', 'success', 'costUsd']) })
      .set(columnsOf(a, ['error', 'errorType', 'outcome']))
      .where('project', '=', a.project)
      .where('jobId', '=', a.jobId)
      .where('completedAt', 'is', null);
    return (from === undefined ? update : update.where('status', '=', from)).returning([
      'agent',
      'cacheKey',
      'createdAt',
    ]);
  });
const ends = { open: endOf(undefined), pending: endOf('pending'), running: endOf('running') };

/** Only where the job ended without a result. */
const noteLate = query((a: OfJob & Pick<JobRow, 'success' | 'costUsd' | 'outcome'>) =>
  jobs
    .updateTable('jobs')
    .set(columnsOf(a, ['success', 'costUsd', 'outcome']))
    .where('project', '=', a.project)
    .where('jobId', '=', a.jobId)
    .where('completedAt', 'is not', null)
    .where('success', 'is', null),
);

const putLateResult = query((a: OfJob & { result: string }) =>
  jobs
    .updateTable('jobResults')
    .set({ result: a.result })
    .where('project', '=', a.project)
    .where('jobId', '=', a.jobId),
);

/** How jobs end: the first to end one wins, and its answer enters the cache in the same write (R-AD-101). */
export function createJobEnding(
  { database, project }: PartConfig,
  onEnd: (jobId: string) => void,
): Pick<Jobs, 'end' | 'noteLate'> {
  const order = createCounter(project, JOB_ENDS);
  const trail = createAuditChain(project);
  const noteTurn = createTurnNotes(project);

  function finish(connection: Connection, jobId: string, end: JobEnd, cache?: CacheFill): boolean {
    const { status, result, error, at } = end;
    const endSeq = order.add(connection, 1);
    const args = { project, jobId, status, at, endSeq, ...endColumns(result, error) };
    const ended = connection.get(ends[end.from ?? 'open'], args);
    if (ended === undefined) return false;
    keepResult(connection, { project, jobId }, end);
    trail.append(connection, jobEnded(jobId, ended.agent, end));
    const { cacheKey, agent, createdAt } = ended;
    if (end.turn !== undefined) noteTurn(connection, { ...end.turn, agent, at });
    if (cache === undefined || cacheKey === null || result?.success !== true) return true;
    fillCache(connection, { project, cacheKey, agent, jobId, askedAt: createdAt, seq: endSeq, at }, cache);
    return true;
  }

  return {
    async end(jobId, end, cache) {
      const ended = await database.write((connection) => finish(connection, jobId, end, cache));
      if (ended) onEnd(jobId);
      return ended;
    },

    async noteLate(jobId, result) {
      await database.write((connection) => {
        const { success, costUsd, outcome } = endColumns(result, null);
        if (connection.run(noteLate, { project, jobId, success, costUsd, outcome }) === 0) return;
        connection.run(putLateResult, { project, jobId, result: JSON.stringify(result) });
      });
    },
  };
}
