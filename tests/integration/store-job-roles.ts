import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Store } from '../../src/core/ports/store.ts';
import { aCancel, aGoodEnd, aJob } from '../contract/job-builders.ts';

const say = (line: string) => writeFileSync(1, `${line}\n`);
const RUN = { runId: 'run', hostId: 'host', at: 1 };
const epochMs = () => performance.timeOrigin + performance.now();

/** Says `ready`, then answers each line of the parent with what `work` answers. */
async function answering(work: (line: string) => Promise<unknown>): Promise<void> {
  say('ready');
  for await (const line of createInterface({ input: process.stdin })) say(`${line} ${await work(line)}`);
}

/** What other processes do to jobs. */
export const JOB_ROLES: Record<string, (store: Store, dir: string, name: string) => Promise<void>> = {
  'start-jobs': ({ jobs }) => answering((jobId) => jobs.start(jobId, RUN)),
  'cancel-jobs': ({ jobs }) => answering((jobId) => jobs.end(jobId, { ...aCancel(1), from: 'pending' })),
  'end-jobs': ({ jobs }) =>
    answering(async (jobId) => {
      await jobs.end(jobId, aGoodEnd(1));
      return epochMs();
    }),

  /** Adds, runs and ends 8 jobs of its own; asks each of 5 shared questions once. */
  async 'work-jobs'({ jobs }, _dir, name) {
    for (let index = 0; index < 8; index++) {
      const job = aJob({ n: Number(name) * 1_000 + index, agent: `agent-${name}` });
      await jobs.add(job);
      await jobs.start(job.jobId, RUN);
      await jobs.progress(job.jobId, [`line ${index}`], 1);
      if (!(await jobs.end(job.jobId, aGoodEnd(1)))) throw new Error(`${job.jobId} was ended by another`);
    }
    for (let question = 0; question < 5; question++) {
      const n = 1_000_000 + Number(name) * 1_000 + question;
      const { added, job } = await jobs.add(aJob({ n, cacheKey: `question-${question}`, agent: 'shared' }));
      if (!added) continue;
      say(`${question} ${job.jobId}`);
    }
  },
};
