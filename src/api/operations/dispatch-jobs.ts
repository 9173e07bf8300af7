import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { clampJobsLimit } from '../../core/policy/dispatch/clamps.ts';
import { jobEntry } from '../../core/policy/dispatch/job-record.ts';
import { quoted } from '../../core/policy/dispatch/texts.ts';
import { JobStatus } from '../../core/schema/job.ts';
import { withJobStorage } from '../dispatch/job-storage.ts';
import { defineOperation } from '../operation.ts';
import { WireJobEntry } from '../wire/job.ts';

const LISTED_DEFAULT = 20;
/** What callers over MCP have always got. */
const LISTED_MCP_DEFAULT = 50;

const input = z.object({
  status: z.string().default('').describe('cancelled, done, failed, pending or running; empty = all'),
  limit: z.number().default(LISTED_DEFAULT).describe('How many jobs at most, 1 to 1000'),
  agent: z.string().default('').describe('Only jobs of this agent, also of a removed one; empty = all'),
});

/** The latest calls of agents (R-AD-109, R-ADX-037, R-ADX-038). */
export const dispatchJobs = defineOperation({
  name: 'dispatch-jobs',
  summary: 'List jobs (calls of agents), newest first',
  http: { method: 'GET', path: '/jobs', also: ['/dispatches'], access: 'read' },
  mcp: {
    tool: 'dispatch_jobs',
    annotations: { readOnlyHint: true },
    input: input.extend({
      limit: input.shape.limit.unwrap().default(LISTED_MCP_DEFAULT).describe('How many at most, 1 to 1000'),
    }),
  },
  cli: {
    ofUser: true,
    words: ['jobs'],
    examples: ['dispatch jobs --status running', 'dispatch jobs --agent infra --json'],
  },
  input,
  output: z.array(WireJobEntry),
  run: async ({ store }, { status, limit, agent }) =>
    withJobStorage('read', async () => {
      const wanted = status === '' ? null : statusNamed(status);
      const jobs = await store.jobs.list({
        limit: clampJobsLimit(limit),
        ...(wanted === null ? {} : { status: wanted }),
        ...(agent === '' ? {} : { agent }),
      });
      return jobs.map(jobEntry);
    }),
});

function statusNamed(text: string): JobStatus {
  const status = JobStatus.safeParse(text);
  if (status.success) return status.data;
  const known = JobStatus.options.toSorted().join(', ');
  throw new AppError('invalid-input', `Invalid status: ${quoted(text)}. Use one of: ${known} or empty.`);
}
