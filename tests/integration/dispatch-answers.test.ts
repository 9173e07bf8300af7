import { expect, test } from 'vitest';
import { call } from '../helpers/call.ts';
import { aClaudeProject } from '../helpers/claude-project.ts';
import { aRecord } from '../helpers/fake-claude.ts';
import { aProject } from '../helpers/project.ts';

const HEX = /^[0-9a-f]{32}$/;

test('a run that took too long is gone on with in its conversation (R-AD-076, R-AD-048, R-AD-049, R-AD-075)', async () => {
  const record = aRecord();
  const slow = { state: 'talks', early: true, calls: [{ delayMs: 600_000 }, { text: 'All 12 rows.' }] };
  const { project } = await aClaudeProject({ slow }, { env: record.env, fields: { slow: { timeout: 5 } } });
  const cut = await call(project, 'dispatch', { agent: 'slow', task: 'Count the rows' });
  expect(cut).toMatchObject({ success: false, result: '', error_type: 'timeout' });
  const { session_id } = cut;
  const advice = `dispatch_session(agent='slow', task='Continue where you left off', session_id='${session_id}')`;
  expect(cut.error).toContain(advice);
  const more = { agent: 'slow', task: 'Continue where you left off', session_id, timeout_seconds: 60 };
  expect(await call(project, 'dispatch-session', more)).toMatchObject({
    ...{ success: true, result: 'All 12 rows.', session_id },
  });
  const argvs = record.calls().map(({ argv }) => argv.join(' '));
  expect(argvs[0]).toContain(`--session-id ${session_id}`);
  expect(argvs[1]).toContain(`--resume ${session_id}`);
});

test('a streamed call answers like any other and neither fills the cache nor is answered by it (R-AD-085, R-AD-118)', async () => {
  const { project } = await aProject({ routes: [], agents: { now: 'date +%N' } });
  const asked = { agent: 'now', task: 'x' };
  const plain = await call(project, 'dispatch', asked);
  const streamed = await call(project, 'dispatch-stream', { ...asked, return_ref: true });
  expect(Object.keys(streamed)).toEqual(Object.keys(plain));
  expect(streamed.result).not.toBe(plain.result);
  expect(await call(project, 'dispatch', asked)).toEqual({ ...plain, cached: true });
});

test('an answer by reference is fetched later, one of the cache too, and every call is kept (R-AD-071, R-AD-073, R-AD-074, R-AD-100)', async () => {
  const { project } = await aClaudeProject({ long: { text: 'ä'.repeat(900) } });
  const asked = { agent: 'long', task: 'All of it', return_ref: true, summary_chars: 10 };
  const first = await call(project, 'dispatch', asked);
  expect(first).toMatchObject({ agent: 'long', success: true, size: 900, summary: 'ä'.repeat(10) });
  expect(first).not.toHaveProperty('result');
  const second = await call(project, 'dispatch', asked);
  expect(second).toMatchObject({ cached: true, size: 900 });
  expect(second.ref).not.toBe(first.ref);
  const { job_id } = await call(project, 'dispatch-async', { agent: 'long', task: 'Once more' });
  await call(project, 'dispatch-wait', { job_id });
  for (const ref of [first.ref, second.ref, job_id]) {
    expect(ref).toMatch(HEX);
    expect(await call(project, 'fetch-result', { ref })).toMatchObject({ result: 'ä'.repeat(900) });
  }
  await call(project, 'dispatch', { agent: 'long', task: 'Without a reference' });
  expect(await project.context.store.jobs.list({ limit: 10 })).toHaveLength(4);
});

test('what an agent says of its work is told everywhere, and half an answer is not given twice (R-ADX-020, R-ADX-022, R-ADX-023, R-AD-112)', async () => {
  const record = aRecord();
  const half = { say: ['Looking.'], text: 'Half of it works.\n\nSTATUS: partial' };
  const { project } = await aClaudeProject({ half }, { env: record.env });
  const asked = { agent: 'half', task: 'x' };
  const first = await call(project, 'dispatch', asked);
  expect(first).toMatchObject({ success: true, result: 'Half of it works.', outcome: 'partial' });
  expect(first.hint).toContain(`session_id='${first.session_id}'`);
  expect(await call(project, 'dispatch', { ...asked, return_ref: true })).toMatchObject({
    outcome: 'partial',
  });
  expect(record.calls()).toHaveLength(2);
  const [row] = (await call(project, 'dispatch-jobs', {})) as unknown as Record<string, unknown>[];
  expect(row).toMatchObject({ status: 'done', outcome: 'partial' });
  const job = await call(project, 'dispatch-status', { job_id: row?.id });
  expect(job).toMatchObject({
    progress: expect.arrayContaining(['Looking.']),
    result: { outcome: 'partial' },
  });
});

test('a dialogue has one to ten rounds and begins only with two known agents (R-AD-087)', async () => {
  const { project } = await aProject({ routes: [], agents: { a: 'echo "a $(date +%N)"', b: 'echo b' } });
  const talk = { requester: 'a', responder: 'b', topic: 'shoes' };
  for (const unknown of [{ requester: 'x' }, { responder: 'x' }]) {
    const asked = call(project, 'dispatch-dialogue', { ...talk, ...unknown });
    await expect(asked).rejects.toThrow("Unknown agent: 'x'. Available: a, b");
  }
  expect(await project.context.store.jobs.list({ limit: 10 })).toEqual([]);
  expect(await call(project, 'dispatch-dialogue', { ...talk, max_rounds: -3 })).toMatchObject({ rounds: 1 });
});
