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
}, 90_000);
