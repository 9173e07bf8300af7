import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import { aGoodEnd, aJob, jobIdOf } from '../contract/job-builders.ts';
import { aProject, runCli } from '../helpers/cli.ts';

const DAY_MS = 86_400_000;
const CONFIG = 'project: shop\nboard: board.json\ntemporal: { address: 127.0.0.1:1 }\n';

/** A project with three jobs: one of today, one ten days old, one that runs; of three agents. */
async function aShop() {
  const { folder, env } = aProject({ config: CONFIG });
  const { jobs, close } = await createSqliteStore({ dir: join(folder, '.dispatch'), project: 'shop' }).then(
    (store) => ({ jobs: store.jobs, close: () => store.close() }),
  );
  const now = Date.now();
  await jobs.add(aJob({ n: 1, agent: 'old', createdAt: now - 10 * DAY_MS }));
  await jobs.end(jobIdOf(1), aGoodEnd(now - 10 * DAY_MS));
  await jobs.add(aJob({ n: 2, agent: 'infra', createdAt: now - 2_000 }));
  await jobs.end(jobIdOf(2), aGoodEnd(now - 1_000, { outcome: 'partial' }));
  await jobs.add(aJob({ n: 3, agent: 'db', createdAt: now }));
  await jobs.start(jobIdOf(3), { runId: 'run-3', hostId: 'host', at: now });
  await close();
  const run = (...args: string[]) => runCli(args, { cwd: folder, env });
  const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);
  return { run, json };
}

test('jobs are listed and shown by command, for people and for machines (R-ADX-003, R-ADX-022, R-ADX-037)', async () => {
  const { run, json } = await aShop();
  const table = (await run('jobs')).stdout.split('\n').map((line) => line.trimEnd());
  expect(table[0]).toMatch(/^JOB +AGENT +STATUS +ASKED +COST +OUTCOME +TASK/);
  expect(table[1]).toContain(jobIdOf(3));
  expect(table[2]).toMatch(/infra +done .* partial/);
  const ids = async (...flags: string[]) => {
    const rows = (await json('jobs', ...flags)) as readonly { readonly id: string }[];
    return rows.map(({ id }) => id);
  };
  expect(await ids()).toEqual([3, 2, 1].map(jobIdOf));
  expect(await ids('--status', 'done', '--limit', '1')).toEqual([jobIdOf(2)]);
  expect(await ids('--agent', 'old')).toEqual([jobIdOf(1)]);
  expect(await json('job', jobIdOf(2))).toMatchObject({ id: jobIdOf(2), result: { outcome: 'partial' } });
  expect((await run('job', jobIdOf(2))).stdout).toMatch(/outcome +partial.*All is well/s);
  for (const [id, text] of [
    ['nonsense', "Invalid ref/job_id format: 'nonsense'"],
    [jobIdOf(9), `Job not found: ${jobIdOf(9)}`],
  ] as const) {
    const { exitCode, stderr } = await run('job', id, '--json');
    expect([exitCode > 0, JSON.parse(stderr).error]).toEqual([true, expect.stringContaining(text)]);
  }
});

test('a job is called off although the server is away: the mark is what counts (R-AD-107, R-SYS-003)', async () => {
  const { run, json } = await aShop();
  const cancelled = await run('cancel', jobIdOf(3), '--json');
  expect([cancelled.exitCode, cancelled.stderr]).toEqual([0, '']);
  expect(JSON.parse(cancelled.stdout)).toMatchObject({ outcome: 'cancelled_running', status: 'cancelled' });
  expect(await json('job', jobIdOf(3))).toMatchObject({ status: 'cancelled' });
});

test('ended jobs are deleted by command, on trial first; a running one stays (R-ADX-003, R-ADX-016, R-ADX-039)', async () => {
  const { run } = await aShop();
  const trial = await run('gc', '--dry-run');
  expect(trial.stdout).toBe(
    `${jobIdOf(1)}  done  old  Look at the disk\nWould delete 1 terminal job(s). No jobs deleted.\n`,
  );
  expect((await run('gc', '--days', '0')).stderr).toContain('must be > 0');
  expect((await run('gc')).stdout).toBe('Deleted 1 terminal job(s).\n');
  expect((await run('gc', '--all')).stdout).toBe('Deleted 1 terminal job(s).\n');
  expect((await run('jobs')).stdout).toContain(jobIdOf(3));
});
