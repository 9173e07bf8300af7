import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newJob } from '../../src/core/policy/dispatch/new-job.ts';
import { call } from '../helpers/call.ts';
import { aClaudeProject } from '../helpers/claude-project.ts';
import { until } from '../helpers/project.ts';

test('a turn that was kept by a process that died before it told the open conversation is taken up (R-AD-077, R-AD-114)', async () => {
  const { project } = await aClaudeProject({ talk: { state: '.state' } });
  const { jobs } = project.context.store;
  const { session_id } = await call(project, 'dispatch-session', { agent: 'talk', task: 'Remember 7.' });
  const [first] = await jobs.list({ limit: 1 });
  const known = await jobs.get(first?.jobId ?? '');
  if (known === null) throw new Error('the first turn is gone');
  const turn = newJob({
    ...{
      jobId: '7'.repeat(32),
      mode: 'session',
      spec: known.spec,
      sessionId: String(session_id),
      resume: true,
    },
    request: { ...known.request, task: 'Which number?' },
    origin: { parentRunId: null, chain: [], taskId: null },
    now: Date.now() - 10_000,
  });
  await jobs.add(turn);
  const ended = await until(
    'the turn is over',
    async () => {
      const job = await jobs.get(turn.jobId);
      return job?.completedAt !== null && job;
    },
    60_000,
  );
  expect(ended).toMatchObject({ status: 'done', result: { result: 'We spoke of: Remember 7.', session_id } });
});

test('whoever ends a job, its file says so, and a reference to a kept answer has one (R-AD-104, R-AD-073)', async () => {
  const { project, dir } = await aClaudeProject({ talk: {} });
  const { jobs } = project.context.store;
  const onFile = (jobId: string): Record<string, unknown> | null => {
    const path = join(dir, '.config', 'agent-dispatch', 'jobs', `${jobId}.json`);
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
  };
  const { ref } = await call(project, 'dispatch', { agent: 'talk', task: 'x', return_ref: true });
  const again = await call(project, 'dispatch', { agent: 'talk', task: 'x', return_ref: true });
  expect(again).toMatchObject({ cached: true });
  expect(onFile(String(ref))).toMatchObject({ status: 'done' });
  expect(onFile(String(again.ref))).toMatchObject({ status: 'done', result: { success: true } });
  const known = await jobs.get(String(ref));
  if (known === null) throw new Error('the first job is gone');
  // A part of something that nobody began.
  const part = newJob({
    ...{ jobId: '8'.repeat(32), mode: 'parallel', parentId: '9'.repeat(32), resume: false },
    ...{ spec: known.spec, request: known.request, sessionId: 's', now: Date.now() - 120_000 },
    origin: { parentRunId: null, chain: [], taskId: null },
  });
  await jobs.add(part);
  await until('it is over', async () => (await jobs.statusOf(part.jobId)) === 'failed', 30_000);
  await until('its file says so', () => onFile(part.jobId)?.status === 'failed');
  const away = { ...project.context.dispatches, start: () => Promise.reject(new Error('away')) };
  const mine = { agent: 'talk', task: 'y' };
  await expect(call(project, 'dispatch', mine, { dispatches: away })).rejects.toThrow('away');
  const [given] = await jobs.list({ limit: 1 });
  expect(onFile(given?.jobId ?? '')).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('away'),
  });
});
