import { type Command, InvalidArgumentError, Option } from 'commander';
import { dispatchCancel } from '../../api/operations/dispatch-cancel.ts';
import { dispatchGc } from '../../api/operations/dispatch-gc.ts';
import { dispatchJobs } from '../../api/operations/dispatch-jobs.ts';
import { dispatchStatus } from '../../api/operations/dispatch-status.ts';
import { usageStats } from '../../api/operations/usage-stats.ts';
import { AppError } from '../../core/errors.ts';
import type { JobEntry, JobRecord } from '../../core/policy/dispatch/job-record.ts';
import { JOB_ID_PATTERN, JOB_STATUSES } from '../../core/schema/job.ts';
import type { act, Runtime } from '../cli.ts';
import { createStyle } from '../style.ts';
import { jobLine, jobLines } from './job-texts.ts';
import { type Verb, type VerbAction, verb } from './verb.ts';

/** `jobs`, `job`, `cancel`, `gc` and `stats` (R-ADX-003, R-ADX-016, R-ADX-030, R-ADX-037, R-ADX-039). */
export function addJobVerbs(runtime: Runtime, program: Command): void {
  const json = '--json';
  program
    .command('jobs')
    .description('List jobs, newest first')
    .addOption(new Option('--status <status>', 'only these').choices(JOB_STATUSES))
    .option('--limit <number>', 'how many at most', wholeNumber, 20)
    .option('--agent <name>', 'only jobs of this agent, also of a removed one')
    .option(json, 'print JSON')
    .action(storage(runtime, 'read', list));
  const one = (word: string, description: string) =>
    program.command(word).description(description).argument('<job_id>', 'id of the job');
  one('job', 'Show one job')
    .option(json, 'print JSON')
    .action(storage(runtime, 'read', show));
  one('cancel', 'Call a job off; a running agent is stopped').action(storage(runtime, 'access', cancel));
  program
    .command('gc')
    .description('Delete jobs that ended long ago')
    .option('--days <number>', 'keep jobs that ended within so many days', wholeNumber, 7)
    .option('--all', 'delete every job that has ended')
    .option('--dry-run', 'only tell which would be deleted')
    .action(storage(runtime, 'access', gc));
  program
    .command('stats')
    .description('Show what calls took and cost')
    .option('--days <number>', 'only the last so many days; 0 = all that is kept', wholeNumber, 0)
    .option('--agent <name>', 'only this agent')
    .option(json, 'print JSON')
    .action(verb(runtime, stats));
}

function wholeNumber(text: string): number {
  if (!/^[+-]?\d+$/.test(text.trim())) throw new InvalidArgumentError(`'${text}' is not a valid integer.`);
  return Number(text);
}

/** Says what trouble with the store kept a verb from, also where it could not even be opened (R-ADX-050). */
function storage(runtime: Runtime, word: 'read' | 'access', action: VerbAction): ReturnType<typeof act> {
  const work = verb(runtime, action);
  return async (...given) => {
    try {
      await work(...given);
    } catch (error) {
      const isStorage =
        error instanceof AppError && (error.code === 'storage-failed' || error.code === 'storage-full');
      if (!isStorage || error.message.startsWith('Could not')) throw error;
      throw new AppError(error.code, `Could not ${word} job storage: ${error.message}`, { cause: error });
    }
  };
}

function jobIdIn({ args: [id = ''] }: Verb): string {
  if (JOB_ID_PATTERN.test(id)) return id;
  throw new AppError('invalid-input', `Invalid job id: '${id}' (expected 32 hex chars)`);
}

async function list({ flags, run, say, json }: Verb): Promise<undefined> {
  const { status, limit, agent } = flags;
  const filter = {
    limit,
    ...(status === undefined ? {} : { status }),
    ...(agent === undefined ? {} : { agent }),
  };
  const jobs = await run<readonly JobEntry[]>(dispatchJobs, filter);
  if (flags.json === true) json(jobs);
  else if (jobs.length === 0)
    say(status === undefined ? 'No jobs found.' : `No ${String(status)} jobs found.`);
  else say(jobs.map((job) => jobLine(job, Date.now())).join('\n'));
}

async function show(it: Verb): Promise<undefined> {
  const job = await it.run<JobRecord>(dispatchStatus, { job_id: jobIdIn(it) });
  if (it.flags.json === true) it.json(job);
  else it.say(jobLines(job, Date.now()));
}

async function cancel(it: Verb): Promise<undefined> {
  const id = jobIdIn(it);
  const { outcome, status } = await it.run<{ outcome: string; status: string }>(dispatchCancel, {
    job_id: id,
  });
  const over = outcome === 'already_terminal';
  it.say(over ? `Job already ${status}; nothing to cancel.` : `Cancelled: ${id}`);
}

async function gc({ flags, run, say }: Verb): Promise<undefined> {
  const days = Number(flags.days);
  const all = flags.all === true;
  if (!all && days <= 0)
    throw new AppError(
      'invalid-input',
      `--days must be > 0 (got ${days}); --all deletes every job that has ended.`,
    );
  const input = { days, all, dry_run: flags.dryRun === true };
  const {
    purged,
    would_purge: would,
    jobs = [],
  } = await run<{
    purged: number;
    would_purge?: number;
    jobs?: readonly JobEntry[];
  }>(dispatchGc, input);
  if (would !== undefined) {
    for (const { id, status, agent, task } of jobs) say([id, status, agent, task].join('  '));
    return void say(`Would delete ${would} terminal job(s). No jobs deleted.`);
  }
  say(
    all
      ? `Deleted ${purged} terminal job(s) (all ages).`
      : `Deleted ${purged} job(s) older than ${days} day(s).`,
  );
}

async function stats({ flags, run, say, json }: Verb): Promise<undefined> {
  const agent = flags.agent === undefined ? {} : { agent: flags.agent };
  const answer = await run<Readonly<Record<string, unknown>>>(usageStats, { days: flags.days, ...agent });
  if (flags.json === true) return void json(answer);
  const { renderUsage } = await import('../render/jobs.ts');
  say(renderUsage(answer, { style: createStyle(false), columns: Number.POSITIVE_INFINITY }));
}
