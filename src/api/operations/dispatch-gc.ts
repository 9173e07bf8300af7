import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { jobEntry } from '../../core/policy/dispatch/job-record.ts';
import { withJobStorage } from '../dispatch/job-storage.ts';
import { defineOperation } from '../operation.ts';
import { WireJobEntry } from '../wire/job.ts';

const DAY_MS = 24 * 3600 * 1000;
const DAYS_DEFAULT = 7;

const Purged = z.strictObject({
  dry_run: z.literal(true).optional(),
  purged: z.int(),
  would_purge: z.int().optional(),
  /** What would go, in a dry run. */
  jobs: z.array(WireJobEntry).optional(),
  /** Absent = of any age. */
  max_age_days: z.number().optional(),
});

/** Forgets ended jobs, with their results and files (R-AD-111, R-ADX-016, R-ADX-039). */
export const dispatchGc = defineOperation({
  name: 'dispatch-gc',
  summary: 'Delete jobs that ended long ago, with their results',
  http: { method: 'POST', path: '/jobs/gc', access: 'write' },
  mcp: {
    tool: 'dispatch_gc',
    annotations: { destructiveHint: true, idempotentHint: true },
    input: z.object({
      max_age_days: z.number().default(DAYS_DEFAULT).describe('Keep jobs that ended within so many days'),
      dry_run: z.boolean().default(false).describe('Only tell what would be deleted'),
    }),
    toInput: ({ max_age_days, dry_run }) => ({ days: max_age_days, dry_run }),
    render: (answer) => withIds(answer as z.output<typeof Purged>),
  },
  cli: { ofUser: true, words: ['gc'], examples: ['dispatch gc --days 30 --dry-run', 'dispatch gc --all'] },
  input: z.object({
    days: z.number().default(DAYS_DEFAULT).describe('Keep jobs that ended within so many days'),
    all: z.boolean().default(false).describe('Delete every job that has ended, however young'),
    dry_run: z.boolean().default(false).describe('Only tell what would be deleted'),
  }),
  output: Purged,
  run: async ({ store, jobFiles }, { days, all, dry_run: dryRun }) =>
    withJobStorage('access', async () => {
      if (!all && days <= 0) throw new AppError('invalid-input', 'max_age_days must be > 0');
      const before = all ? Number.MAX_SAFE_INTEGER : Date.now() - days * DAY_MS;
      const age = all ? {} : { max_age_days: days };
      const found = await store.jobs.purge(Math.round(before), { dryRun });
      if (dryRun)
        return {
          ...{ dry_run: true as const, purged: 0, would_purge: found.length, jobs: found.map(jobEntry) },
          ...age,
        };
      await jobFiles.remove(found.map(({ jobId }) => jobId));
      return { purged: found.length, ...age };
    }),
});

/** As MCP has it: ids in place of entries. */
function withIds({ jobs, max_age_days, ...rest }: z.output<typeof Purged>) {
  return {
    ...rest,
    ...(jobs === undefined ? {} : { job_ids: jobs.map(({ id }) => id) }),
    ...(max_age_days === undefined ? {} : { max_age_days }),
  };
}
