import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call } from '../helpers/call.ts';
import { aProject, type TestProject, until } from '../helpers/project.ts';

/** Waits until the test lets it go on, as an agent does that waits for a tool. */
const WAIT = 'while [ ! -e "go-$(basename "$0" .sh)" ]; do sleep 0.05; done; echo "$AGENT_DISPATCH_DEPTH"';

async function callingRun({ project }: TestProject, agent: string) {
  let runId = '';
  await until(`${agent} runs`, async () => {
    const runs = await project.context.store.projection.listRuns({ status: 'running', limit: 50 });
    runId = runs.find((run) => run.agent === agent && run.spawnedAt !== null)?.runId ?? '';
    return runId !== '';
  });
  return { runId, taskId: null };
}

const letGo = ({ dir }: TestProject, ...names: string[]) => {
  for (const name of names) writeFileSync(join(dir, `go-${name}`), '');
};

test('one slot is enough for three agents that wait for each other (R-AD-031, R-SYS-016)', async () => {
  const one = await aProject({
    routes: [],
    agents: { outer: WAIT, middle: WAIT, inner: 'echo "$AGENT_DISPATCH_DEPTH"' },
    config: { pools: { dispatch: 1, routes: 1, roles: 1 }, host_slots: 1 },
  });
  const outer = call(one.project, 'dispatch', { agent: 'outer', task: 'x' });
  const first = await callingRun(one, 'outer');
  const middle = call(one.project, 'dispatch', { agent: 'middle', task: 'y' }, { callingRun: first });
  const second = await callingRun(one, 'middle');
  const inner = await call(one.project, 'dispatch', { agent: 'inner', task: 'z' }, { callingRun: second });
  expect(inner).toMatchObject({ success: true, result: '3' });
  letGo(one, 'middle', 'outer');
  expect(await middle).toMatchObject({ success: true, result: '2' });
  expect(await outer).toMatchObject({ success: true, result: '1' });
});

test('depth is counted by our records, whatever the environment of the child says (R-AD-031)', async () => {
  const one = await aProject({
    routes: [],
    agents: { a: WAIT, b: WAIT },
    env: { AGENT_DISPATCH_DEPTH: '0' },
  });
  const first = call(one.project, 'dispatch', { agent: 'a', task: '1' });
  const inA = await callingRun(one, 'a');
  const second = call(one.project, 'dispatch', { agent: 'b', task: '2' }, { callingRun: inA });
  const inB = await callingRun(one, 'b');
  const third = call(
    one.project,
    'dispatch',
    { agent: 'a', task: '3' },
    { callingRun: inB, claimedDepth: 0 },
  );
  await until('three run', async () => {
    const runs = await one.project.context.store.projection.listRuns({ status: 'running', limit: 50 });
    return runs.filter(({ spawnedAt }) => spawnedAt !== null).length === 3;
  });
  const runs = await one.project.context.store.projection.listRuns({ status: 'running', limit: 50 });
  const deepest = runs.find(({ agent, runId }) => agent === 'a' && runId !== inA.runId);
  const refused = await call(
    one.project,
    'dispatch',
    { agent: 'b', task: '4' },
    { callingRun: { runId: deepest?.runId ?? '', taskId: null }, claimedDepth: 0 },
  );
  expect(refused).toMatchObject({ success: false, error_type: 'recursion' });
  expect(refused.error).toMatch(/^Dispatch depth 3 >= max 3\. The calls form a cycle: a → b → a → b\./);
  letGo(one, 'a', 'b');
  await Promise.all([first, second, third]);
});

test('an asynchronous call takes a slot of its own, and says that it waits for one (R-AD-123, R-SYS-017)', async () => {
  const one = await aProject({
    routes: [],
    agents: { outer: WAIT, job: 'echo done' },
    config: { pools: { dispatch: 1, routes: 1, roles: 1 } },
  });
  const outer = call(one.project, 'dispatch', { agent: 'outer', task: 'x' });
  const first = await callingRun(one, 'outer');
  const { job_id } = await call(
    one.project,
    'dispatch-async',
    { agent: 'job', task: 'y' },
    { callingRun: first },
  );
  const early = await call(one.project, 'dispatch-wait', { job_id, timeout_seconds: 1 });
  expect(early).toMatchObject({ status: 'pending', timed_out_waiting: true });
  const reason = await until(
    'it says for what',
    async () => {
      const { waiting_for } = await call(one.project, 'dispatch-status', { job_id });
      return waiting_for;
    },
    60_000,
  );
  expect(reason).toBe('waiting for a slot: 1 of 1 in use, next in line');
  letGo(one, 'outer');
  await outer;
  expect(await call(one.project, 'dispatch-wait', { job_id, timeout_seconds: 30 })).toMatchObject({
    status: 'done',
  });
});

const SESSION = '11111111-2222-4333-8444-555555555555';
const OTHER = '66666666-7777-4888-8999-000000000000';

test('an agent that calls into the conversation it is in, or waits for its own job, is told so at once (R-AD-077, R-AD-106, R-SYS-016)', async () => {
  const one = await aProject({ routes: [], agents: { a: WAIT, b: WAIT } });
  const { project } = one;
  const first = call(project, 'dispatch-session', { agent: 'a', task: '1', session_id: SESSION });
  const inA = await callingRun(one, 'a');
  const again = { agent: 'a', task: '2', session_id: SESSION };
  const refused = { code: 'conflict', message: expect.stringContaining('would wait for its own caller') };
  await expect(call(project, 'dispatch-session', again, { callingRun: inA })).rejects.toMatchObject(refused);
  const waited = { ...again, wait: 20 };
  await expect(call(project, 'start-dispatch', waited, { callingRun: inA })).rejects.toMatchObject(refused);
  const second = call(
    project,
    'dispatch-session',
    { agent: 'b', task: '3', session_id: OTHER },
    { callingRun: inA },
  );
  const inB = await callingRun(one, 'b');
  await expect(call(project, 'dispatch-session', again, { callingRun: inB })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('that waits for the caller of this one'),
  });
  const [outermost] = (await project.context.store.jobs.listOpen()).map(({ jobId }) => jobId);
  for (const [name, given] of [
    ['dispatch-wait', {}],
    ['get-dispatch', { wait: 20 }],
  ] as const) {
    const own = call(project, name, { job_id: outermost, ...given }, { callingRun: inB });
    await expect(own).rejects.toMatchObject({ message: expect.stringContaining('it cannot end before') });
  }
  letGo(one, 'a', 'b');
  await Promise.all([first, second]);
});

test('an agent does not wait in the last slot behind a turn that waits for one (R-AD-077, R-SYS-016)', async () => {
  const one = await aProject({
    ...{ routes: [], agents: { outer: WAIT, talk: 'echo fine' }, config: { pools: { dispatch: 1 } } },
  });
  const { project } = one;
  const outer = call(project, 'dispatch', { agent: 'outer', task: 'x' });
  const inOuter = await callingRun(one, 'outer');
  const turn = call(project, 'dispatch-session', { agent: 'talk', task: '1', session_id: SESSION });
  await until('the turn is in line', async () => (await project.context.control.governor())?.waiting[0]);
  const nested = { agent: 'talk', task: '2', session_id: SESSION };
  await expect(call(project, 'dispatch-session', nested, { callingRun: inOuter })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('waits for a slot'),
  });
  const alone = { agent: 'talk', task: '2' };
  expect(await call(project, 'dispatch-session', alone, { callingRun: inOuter })).toMatchObject({
    success: true,
  });
  letGo(one, 'outer');
  expect(await outer).toMatchObject({ success: true });
  expect(await turn).toMatchObject({ success: true });
});

test('an agent that asks what it was asked itself does not wait for its own answer (R-AD-084, R-AD-031)', async () => {
  const one = await aProject({ routes: [], agents: { a: WAIT } });
  const { project } = one;
  const same = { agent: 'a', task: 'x' };
  const first = call(project, 'dispatch', same);
  const inA = await callingRun(one, 'a');
  const second = call(project, 'dispatch', same, { callingRun: inA });
  await until('each has its own run', async () => {
    const runs = await project.context.store.projection.listRuns({ status: 'running', limit: 9 });
    return runs.length === 2;
  });
  letGo(one, 'a');
  expect(await second).toMatchObject({ success: true, result: '2' });
  expect(await first).toMatchObject({ success: true, result: '1' });
});
