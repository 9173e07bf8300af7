import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withJobStorage } from '../../src/api/dispatch/job-storage.ts';
import { callTool } from '../../src/api/mcp/call-tool.ts';
import { operations } from '../../src/api/operations/index.ts';
import { AppError } from '../../src/core/errors.ts';
import { type HttpProject, startHttpProject } from '../helpers/http-project.ts';
import { aCancel, aGoodEnd, aJob, aResult, jobIdOf } from './job-builders.ts';

const DAY_MS = 24 * 3600 * 1000;
let project: HttpProject;
beforeEach(async () => {
  project = await startHttpProject();
});
afterEach(() => project.close());

const jobs = () => project.context.store.jobs;
const settings = (text: string) => writeFileSync(join(project.stateDir, 'agents.yaml'), text);

/** What a client of MCP gets to read. */
async function tool(name: string, given: object = {}) {
  const operation = operations.find(({ mcp }) => mcp?.tool === name);
  if (operation?.mcp === undefined) throw new Error(`no tool ${name}`);
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const identity = { actor: 'test', boundTaskId: null, callingRun: null };
  const session = { log, ground: async () => ({ context: project.context, identity }) };
  const call = { given, progress: () => {}, signal: new AbortController().signal };
  const answer = await callTool({ ...operation, mcp: operation.mcp }, call, session as never);
  const [content] = answer.content as { text: string }[];
  return JSON.parse(content?.text ?? 'null');
}

test('jobs are listed newest first, by status and agent, with the wire names (R-AD-109, R-ADX-038)', async () => {
  await jobs().add(aJob({ n: 1, createdAt: 1_000_500, task: 't'.repeat(200) }));
  await jobs().add(aJob({ n: 2, agent: 'db', createdAt: 2_000_000 }));
  await jobs().start(jobIdOf(2), { runId: 'r', hostId: 'h', at: 2_000_100 });
  await jobs().progress(jobIdOf(2), ['one', 'two'], 2_000_200);
  await jobs().add(aJob({ n: 3, createdAt: 3_000_000 }));
  const failed = { status: 'failed', result: null, error: 'Worker crashed: x', at: 3_000_100 } as const;
  await jobs().end(jobIdOf(3), failed);
  const running = {
    ...{ id: jobIdOf(2), agent: 'db', status: 'running', task: 'Look at the disk' },
    ...{ created_at: 2_000, started_at: 2_000.1, last_progress: 'two' },
  };
  const list = await tool('dispatch_jobs');
  expect(list.map(({ id }: { id: string }) => id)).toEqual([jobIdOf(3), jobIdOf(2), jobIdOf(1)]);
  expect(list[0]).toMatchObject({ status: 'failed', error_type: 'cli_error' });
  expect(list[2]).toEqual({
    ...{ id: jobIdOf(1), agent: 'infra', status: 'pending', task: 't'.repeat(120), created_at: 1_000.5 },
  });
  expect(await tool('dispatch_jobs', { status: 'running', limit: 5_000 })).toEqual([running]);
  expect((await project.call('GET', '/jobs?agent=db')).json).toEqual([running]);
  expect(await tool('dispatch_jobs', { agent: 'infra', limit: 0 })).toHaveLength(1);
  expect(await tool('dispatch_jobs', { status: 'lost' })).toEqual({
    error: "Invalid status: 'lost'. Use one of: cancelled, done, failed, pending, running or empty.",
  });
});

test('a job is shown whole; bad and unknown ids are told apart (R-AD-105, R-AD-116, R-AD-125)', async () => {
  await jobs().add(aJob());
  const record = {
    ...{ id: jobIdOf(1), agent: 'infra', task: 'Look at the disk', status: 'pending' },
    ...{ created_at: aJob().createdAt / 1000, session_id: 'session-1', mode: 'async' },
    waiting_for: 'no worker is up: no host that runs agents has been heard of lately',
  };
  expect(await tool('dispatch_status', { job_id: jobIdOf(1) })).toEqual(record);
  expect((await project.call('GET', `/jobs/${jobIdOf(1)}`)).json).toEqual(record);
  for (const bad of ['../../etc/passwd', 'A'.repeat(32), `${jobIdOf(1)}\n`, '']) {
    expect(await tool('dispatch_status', { job_id: bad })).toEqual({
      error: `Invalid ref/job_id format: '${bad}' (expected a 32-char hex id)`,
    });
  }
  expect(await tool('dispatch_status', { job_id: jobIdOf(2) })).toEqual({
    error: `Job not found: ${jobIdOf(2)}`,
  });
  expect((await project.call('GET', `/jobs/${jobIdOf(2)}`)).status).toBe(404);
  expect((await project.call('GET', '/jobs/nonsense')).status).toBe(400);
});

test('a result is fetched whole, cut, paged and by lines (R-AD-110)', async () => {
  await jobs().add(aJob());
  expect(await tool('fetch_result', { ref: jobIdOf(1) })).toMatchObject({ status: 'pending' });
  const text = 'ärger\nfine 1\nfine 2';
  await jobs().end(jobIdOf(1), aGoodEnd(1, { result: text }));
  const fetched = (more: object = {}) => tool('fetch_result', { ref: jobIdOf(1), ...more });
  expect(await fetched()).toEqual(aResult({ result: text }));
  expect(await fetched({ max_chars: 5 })).toMatchObject({ result: 'ärger', truncated: true, full_size: 19 });
  expect(await fetched({ max_chars: 6, offset: 6 })).toMatchObject({ result: 'fine 1', offset: 6 });
  expect((await fetched({ max_chars: 500 })).truncated).toBeUndefined();
  expect((await fetched({ grep: 'fine' })).result).toBe('fine 1\nfine 2');
  const http = await project.call('GET', `/results/${jobIdOf(1)}?max_chars=5`);
  expect(http.json).toMatchObject({ result: 'ärger', truncated: true });
  expect(await tool('fetch_result', { ref: jobIdOf(9) })).toEqual({ error: `Ref not found: ${jobIdOf(9)}` });
  expect((await tool('fetch_result', { ref: 'x' })).error).toContain("format: 'x'");
});

test('ended jobs are deleted by age with their files, on trial first (R-AD-111, R-ADX-016, R-ADX-039)', async () => {
  const { jobFiles } = project.context;
  for (const [n, days] of [
    [1, 30],
    [2, 1],
  ] as const) {
    await jobs().add(aJob({ n }));
    await jobs().end(jobIdOf(n), aCancel(Date.now() - days * DAY_MS));
    const job = await jobs().get(jobIdOf(n));
    if (job !== null) await jobFiles.write(job);
  }
  await jobs().add(aJob({ n: 3, createdAt: 1 }));
  const file = (n: number) => existsSync(join(project.stateDir, 'jobs', `${jobIdOf(n)}.json`));
  expect(await tool('dispatch_gc', { dry_run: true })).toEqual({
    ...{ dry_run: true, purged: 0, would_purge: 1, job_ids: [jobIdOf(1)], max_age_days: 7 },
  });
  expect([file(1), file(2)]).toEqual([true, true]);
  expect(await tool('dispatch_gc')).toEqual({ purged: 1, max_age_days: 7 });
  expect([file(1), file(2)]).toEqual([false, true]);
  expect(await tool('dispatch_gc', { max_age_days: 0 })).toEqual({ error: 'max_age_days must be > 0' });
  expect((await project.call('POST', '/jobs/gc', { all: true })).json).toEqual({ purged: 1 });
  expect(await jobs().statusOf(jobIdOf(3))).toBe('pending');
});

test('the cache tells how it does and is emptied (R-AD-120, R-AD-121)', async () => {
  await jobs().add(aJob({ cacheKey: 'a' }));
  await jobs().end(jobIdOf(1), aGoodEnd(1), { ttlMs: Date.now() + DAY_MS, maxSize: 10 });
  for (const key of ['a', 'a', 'b']) await jobs().cached(key, Date.now());
  const stats = { size: 1, max_size: 1000, hits: 2, misses: 1, evictions: 0, hit_rate: 0.667, ttl: 300 };
  expect(await tool('cache_stats')).toEqual(stats);
  expect((await project.call('GET', '/cache')).json).toEqual(stats);
  expect(await tool('cache_clear')).toEqual({ cleared: 1 });
  expect(await tool('cache_stats')).toMatchObject({ size: 0, hits: 0, misses: 0, hit_rate: 0 });
  settings('settings: {cache: {enabled: false}}\n');
  expect(await tool('cache_stats')).toEqual({
    ...{ enabled: false, message: 'Cache is disabled in settings' },
  });
});

test('stats come from the journal, valid also when there is none (R-ADX-030)', async () => {
  const empty = { dispatches: 0, cached_hits: 0, ok: 0, failed: 0, cost_usd: 0 };
  expect((await project.call('GET', '/usage')).json).toEqual({ total: empty, agents: {} });
  mkdirSync(project.stateDir, { recursive: true });
  const line = (agent: string, cost: number) =>
    `${JSON.stringify({ t: 1, agent, ok: true, cost, ms: 10 })}\n`;
  appendFileSync(join(project.stateDir, 'usage.jsonl'), line('infra', 1) + line('db', 2));
  const { json } = await project.call('GET', '/usage');
  expect(Object.keys(json.agents)).toEqual(['db', 'infra']);
  expect(json.total).toMatchObject({ dispatches: 2, cost_usd: 3 });
  expect((await project.call('GET', '/usage?days=1')).json.agents).toEqual({});
  expect((await project.call('GET', '/usage?days=-1')).status).toBe(400);
});

test('trouble with the store says what it kept from (R-ADX-050)', async () => {
  const trouble = () =>
    Promise.reject(new AppError('storage-failed', 'records.db: damaged', { hint: 'Mend it.' }));
  const told = { code: 'storage-failed', message: 'Could not read job storage: records.db: damaged' };
  await expect(withJobStorage('read', trouble)).rejects.toMatchObject({ ...told, hint: 'Mend it.' });
  await expect(withJobStorage('access', trouble)).rejects.toThrow('Could not access job storage: ');
});
