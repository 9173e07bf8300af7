import { jobStarted } from '../../core/policy/audit/job-change.ts';
import type { Jobs } from '../../core/ports/jobs.ts';
import { createAuditChain } from './audit-chain.ts';
import { keepProgress, type OfJob } from './job-texts.ts';
import { jobs } from './jobs-tables.ts';
import { query } from './query.ts';
import type { PartConfig } from './store-config.ts';

const start = query((a: OfJob & { runId: string; hostId: string; at: number }) =>
  jobs
    .updateTable('jobs')
    .set((eb) => ({
      status: 'running',
      runId: a.runId,
      hostId: a.hostId,
      startedAt: eb.fn.coalesce('startedAt', eb.val(a.at)),
    }))
    .where('project', '=', a.project)
    .where('jobId', '=', a.jobId)
    .where('completedAt', 'is', null),
);

const rest = query((a: OfJob & { runId: string }) =>
  jobs
    .updateTable('jobs')
    .set({ runId: null })
    .where('project', '=', a.project)
    .where('jobId', '=', a.jobId)
    .where('runId', '=', a.runId)
    .where('completedAt', 'is', null),
);

const noteProgress = query((a: OfJob & { lastProgress: string | null; at: number }) =>
  jobs
    .updateTable('jobs')
    .set({ lastProgress: a.lastProgress, progressUpdatedAt: a.at })
    .where('project', '=', a.project)
    .where('jobId', '=', a.jobId)
    .where('status', '=', 'running'),
);

/** What a job that is over refuses: it never starts and never changes again (R-AD-108, R-AD-113). */
export function createJobRunning({
  database,
  project,
}: PartConfig): Pick<Jobs, 'start' | 'rest' | 'progress'> {
  const trail = createAuditChain(project);
  return {
    start: (jobId, { runId, hostId, at, note }) =>
      database.write((connection) => {
        if (connection.run(start, { project, jobId, runId, hostId, at }) === 0) return false;
        trail.append(connection, jobStarted(jobId, { runId, hostId, at, note }));
        return true;
      }),

    rest: async (jobId, runId) => {
      await database.write((connection) => connection.run(rest, { project, jobId, runId }));
    },

    async progress(jobId, lines, at) {
      // Lines for people: the next change of state takes them to the disk.
      await database.note((connection) => {
        const noted = connection.run(noteProgress, {
          project,
          jobId,
          lastProgress: lines.at(-1) ?? null,
          at,
        });
        if (noted === 1) keepProgress(connection, { project, jobId }, lines);
      });
    },
  };
}
