import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endsOnFile } from '../../src/adapters/job-files/ends-on-file.ts';
import { importJobFiles } from '../../src/adapters/job-files/import-job-files.ts';
import { inStep } from '../../src/adapters/job-files/in-step.ts';
import { createJobFiles } from '../../src/adapters/job-files/job-files.ts';
import { jobFilesDir } from '../../src/adapters/job-files/job-files-dir.ts';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import type { Job } from '../../src/core/schema/job.ts';
import { aJob, aResult, jobIdOf } from './job-builders.ts';

let root = '';
let dir = '';
let warnings: string[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dispatch-jobs-'));
  dir = join(root, 'config', 'jobs');
  warnings = [];
});
afterEach(() => rmSync(root, { recursive: true }));

const files = () => createJobFiles({ dir, onWarning: (message) => warnings.push(message) });
const pathOf = (n: number) => join(dir, `${jobIdOf(n)}.json`);
const read = (n: number) => JSON.parse(readFileSync(pathOf(n), 'utf8'));

test('the folder is jobs beside agents.yaml, or the one named (R-AD-104)', () => {
  expect(jobFilesDir({}, '/home/me/.config/agent-dispatch/agents.yaml')).toBe(
    '/home/me/.config/agent-dispatch/jobs',
  );
  expect(jobFilesDir({ AGENT_DISPATCH_JOBS_DIR: '/srv/jobs' }, '/etc/agents.yaml')).toBe('/srv/jobs');
});

test('a job is one pretty file for its owner alone, without unset keys (R-AD-102, R-AD-104)', async () => {
  const done = { status: 'done', completedAt: 1_767_225_600_500, startedAt: null } as const;
  await files().write(aJob({ ...done, task: 'Grüß Gott 😀', result: aResult(), progress: ['one'] }));
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  expect(statSync(pathOf(1)).mode & 0o777).toBe(0o600);
  expect(readdirSync(dir)).toEqual([`${jobIdOf(1)}.json`]);
  const text = readFileSync(pathOf(1), 'utf8');
  expect(text).toContain('\n  "id": "');
  expect(text).toContain('Grüß Gott 😀');
  expect(text).not.toContain('null');
  expect(read(1)).toMatchObject({ status: 'done', created_at: 1_767_225_600, completed_at: 1_767_225_600.5 });
});

test('a late word of the beginning does not hide the end; removing takes the files away', async () => {
  await files().write(aJob());
  expect(read(1).status).toBe('pending');
  await files().write(aJob({ status: 'cancelled', completedAt: 1 }));
  await files().write(aJob({ status: 'running', startedAt: 1 }));
  expect(read(1).status).toBe('cancelled');
  await files().remove([jobIdOf(1), jobIdOf(2)]);
  expect(readdirSync(dir)).toEqual([]);
});

test('whoever writes a file last, it says in the end what the store says (R-AD-104, R-SYS-036)', async () => {
  const { jobs, close } = await createSqliteStore({ dir: join(root, 'state'), project: 'shop' });
  let text = '';
  let letGo = () => {};
  // What is written of the beginning reaches the disk when all is over.
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const slow = {
    remove: async () => {},
    write: async ({ status }: Job) => {
      if (status !== 'done') await held;
      text = status;
    },
  };
  const { job } = await jobs.add(aJob());
  const begun = inStep(slow, jobs).write(job);
  const end = { status: 'done', result: aResult(), error: null, at: 2 } as const;
  expect(await endsOnFile(jobs, inStep(slow, jobs)).end(job.jobId, end)).toBe(true);
  expect(text).toBe('done');
  letGo();
  await begun;
  expect(text).toBe('done');
  await close();
});

test('a folder that cannot be used is told of once and fails nothing (R-AD-139)', async () => {
  writeFileSync(join(root, 'config'), 'a file stands in the way');
  const unusable = files();
  await unusable.write(aJob({ n: 1 }));
  await unusable.write(aJob({ n: 2 }));
  await unusable.remove([jobIdOf(1)]);
  expect(warnings).toEqual(['job files cannot be written']);
  rmSync(join(root, 'config'));
  await unusable.write(aJob({ n: 1 }));
  expect(read(1).status).toBe('pending');
});

const NOW = 1_800_000_000_000;
const foreign = (n: number, more: object) => ({
  id: jobIdOf(n),
  agent: 'infra',
  task: 'Look',
  status: 'done',
  created_at: 1_700_000_000.25,
  ...more,
});

/** Imports what these files hold; answers the jobs of the store by number. */
async function imported(texts: Record<number, unknown>, isToolAlive = false) {
  mkdirSync(dir, { recursive: true });
  for (const [n, value] of Object.entries(texts)) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    writeFileSync(pathOf(Number(n)), text);
  }
  const { jobs, close } = await createSqliteStore({ dir: join(root, 'state'), project: 'shop' });
  const report = await importJobFiles({ dir, jobs, files: files(), now: NOW, isToolAlive });
  const found: Record<number, Job> = {};
  for (const n of Object.keys(texts).map(Number)) {
    const job = await jobs.get(jobIdOf(n));
    if (job !== null) found[n] = job;
  }
  await close();
  return { report, found };
}

test('files of the older tool become jobs, once, with their states (R-AD-104, R-SYS-040)', async () => {
  const result = { agent: 'infra', success: true, result: 'fine', session_id: 's', odd: 1, num_turns: 'x' };
  const texts = {
    1: foreign(1, { result, completed_at: 1_700_000_001, progress: ['a'], context: 'c', error: null }),
    2: foreign(2, { status: 'cancelled', error: 'Cancelled before execution' }),
    3: foreign(3, { status: 'failed', created_at: 1_600_000_000 }),
  };
  const { report, found } = await imported(texts);
  expect(report).toEqual({ imported: 3, skipped: 0 });
  expect(found[1]).toMatchObject({
    status: 'done',
    createdAt: 1_700_000_000_250,
    completedAt: 1_700_000_001_000,
    sessionId: 's',
    progress: ['a'],
    request: { agent: 'infra', task: 'Look', context: 'c' },
  });
  expect(found[1]?.result).toEqual({ agent: 'infra', success: true, result: 'fine', session_id: 's' });
  expect(found[2]).toMatchObject({ status: 'cancelled', error: 'Cancelled before execution' });
  expect((await imported({ 4: foreign(4, {}) })).report).toEqual({ imported: 0, skipped: 0 });
});

test('what a dead server left open has failed, in its file too (R-AD-114)', async () => {
  const { found } = await imported({
    1: foreign(1, { status: 'running', created_at: 1, started_at: NOW / 1000 - 90 }),
    2: foreign(2, { status: 'pending', created_at: NOW / 1000 - 30 }),
  });
  expect(found[1]).toMatchObject({ status: 'failed', error: "Abandoned in 'running' for 90s" });
  expect(found[2]).toMatchObject({ status: 'failed', completedAt: NOW });
  expect(read(1)).toMatchObject({ status: 'failed', error: "Abandoned in 'running' for 90s" });
});

test('a living server keeps its open jobs; they are taken over when it is gone', async () => {
  const running = { 1: foreign(1, { status: 'running' }), 2: foreign(2, {}) };
  expect((await imported(running, true)).report).toEqual({ imported: 1, skipped: 1 });
  expect(read(1).status).toBe('running');
  expect((await imported({ 1: foreign(1, {}) })).found[1]).toMatchObject({ status: 'done' });
});

test('broken, mismatching and our own files are left alone (R-AD-115, R-ADX-048)', async () => {
  const texts = {
    1: '{"id": ',
    2: foreign(7, {}),
    3: `{"id":"${jobIdOf(3)}","agent":"a","task":"t","status":"done","created_at":NaN}`,
    4: `{"id":"${jobIdOf(4)}","agent":"a","task":"t","status":"done","created_at":1e999}`,
    5: foreign(5, { status: 'unheard-of' }),
    6: foreign(6, { mode: 'async', status: 'running' }),
  };
  const { report, found } = await imported(texts);
  expect(report).toEqual({ imported: 0, skipped: 6 });
  expect(found).toEqual({});
  expect(readFileSync(pathOf(1), 'utf8')).toBe('{"id": ');
  expect(read(6).status).toBe('running');
});
