import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { dialogueWorkflowId, dispatchWorkflowId, parallelWorkflowId } from '../../src/core/ids.ts';
import { plannedJob } from '../../src/core/policy/dispatch/new-job.ts';
import { aJob } from '../contract/job-builders.ts';
import { call } from '../helpers/call.ts';
import { aClaudeProject } from '../helpers/claude-project.ts';
import { aProject, type TestProject, until } from '../helpers/project.ts';

/** Works until the test lets it go on. */
const WAIT = 'while [ ! -e go ]; do sleep 0.05; done; echo "done: $1"';

const letGo = ({ dir }: TestProject): void => writeFileSync(join(dir, 'go'), '');

const becomes = ({ project }: TestProject, jobId: string, status: string) =>
  until(`job ${jobId} is ${status}`, async () => {
    const now = await project.context.store.jobs.statusOf(jobId);
    return now === status;
  });

const runsOf = ({ project }: TestProject) =>
  project.context.store.projection.listRuns({ status: 'running', limit: 10 });

const spawned = (p: TestProject) =>
  until('its process is there', async () => (await runsOf(p)).some(({ spawnedAt }) => spawnedAt !== null));

async function terminate({ project }: TestProject, jobId: string): Promise<void> {
  const client = await project.client();
  await client.workflow.getHandle(dispatchWorkflowId(project.settings().project, jobId)).terminate();
}

test('a cancel whose process was killed before it told anybody still ends the run and frees its slot (R-AD-107, R-AD-124, R-SYS-006)', async () => {
  const p = await aProject({
    ...{ routes: [], agents: { hang: 'sleep 600' }, config: { pools: { dispatch: 1 } } },
  });
  const { jobs } = p.project.context.store;
  const jobId = String((await call(p.project, 'dispatch-async', { agent: 'hang', task: 'x' })).job_id);
  await spawned(p);
  // What is left of a cancel that was cut off: the mark, and nobody told.
  const mark = { status: 'cancelled', result: null, error: 'off', at: Date.now(), from: 'running' } as const;
  expect(await jobs.end(jobId, mark)).toBe(true);
  await until('no run is left', async () => (await runsOf(p)).length === 0, 12_000);
  const next = await call(p.project, 'dispatch-async', { agent: 'hang', task: 'y' });
  await becomes(p, String(next.job_id), 'running');
  await call(p.project, 'dispatch-cancel', { job_id: next.job_id });
});

test('a turn whose workflow is ended by hand answers its caller at once, and the conversation goes on (R-AD-077, R-AD-114)', async () => {
  const p = await aProject({ routes: [], agents: { talk: WAIT } });
  const { jobs } = p.project.context.store;
  const session_id = '11111111-2222-4333-8444-555555555555';
  const first = call(p.project, 'dispatch-session', { agent: 'talk', task: 'one', session_id });
  await spawned(p);
  const second = call(p.project, 'dispatch-session', { agent: 'talk', task: 'two', session_id });
  await until('both are kept', async () => (await jobs.listOpen()).length === 2);
  const running = (await jobs.listOpen()).find(({ status }) => status === 'running');
  await terminate(p, running!.jobId);
  expect(await first).toMatchObject({
    success: false,
    error: expect.stringMatching(/^Abandoned in 'running'/),
  });
  letGo(p);
  expect(await second).toMatchObject({ success: true });
});

test('a dialogue tells at once that the workflow of its turn was ended by hand (R-AD-091, R-AD-114)', async () => {
  const p = await aProject({ routes: [], agents: { talk: WAIT, other: 'echo x' } });
  const { jobs } = p.project.context.store;
  const answer = call(p.project, 'dispatch-dialogue', { requester: 'other', responder: 'talk', topic: 'x' });
  await spawned(p);
  await terminate(p, (await jobs.listOpen())[0]!.jobId);
  expect(await answer).toMatchObject({ resolved: false, final_answer: expect.stringContaining('Abandoned') });
});

test('what was ended by hand between its calls is over and says so, instead of running for ever (R-AD-091, R-AD-083)', async () => {
  const p = await aProject({ routes: [], agents: { talk: WAIT, other: 'echo x' } });
  const { project } = p.project.settings();
  const client = await p.project.client();
  const dialogue = { requester: 'other', responder: 'talk', topic: 'x' };
  const parallel = { dispatches: [{ agent: 'talk', task: 'y' }], aggregate: 'other' };
  const begun = await call(p.project, 'start-dialogue', { ...dialogue, wait: 0 });
  const sides = await call(p.project, 'start-parallel', { ...parallel, wait: 0 });
  expect([begun.status, sides.status]).toEqual(['running', 'running']);
  await until('both work', async () => (await runsOf(p)).length === 2);
  await client.workflow.getHandle(dialogueWorkflowId(project, String(begun.id))).terminate();
  await client.workflow.getHandle(parallelWorkflowId(project, String(sides.id))).terminate();
  const ended = { status: 'done', resolved: false };
  expect(await call(p.project, 'get-dialogue', { id: begun.id, wait: 20 })).toMatchObject(ended);
  const seen = await call(p.project, 'get-parallel', { id: sides.id, wait: 20 });
  expect(seen).toMatchObject({ status: 'done', items: [{ status: 'cancelled' }] });
  expect(seen).not.toHaveProperty('aggregated');
});

test('a call of an agent does not wait for an equal one that is in line behind it (R-AD-084, R-SYS-016)', async () => {
  const p = await aProject({
    ...{ routes: [], agents: { outer: WAIT, inner: 'echo "in: $1"' }, config: { pools: { dispatch: 1 } } },
  });
  const outer = call(p.project, 'dispatch', { agent: 'outer', task: 'x' });
  await spawned(p);
  const runId = (await runsOf(p))[0]!.runId;
  const inLine = call(p.project, 'dispatch', { agent: 'inner', task: 'same' });
  await until('it is in line', async () => {
    const [job] = await p.project.context.store.jobs.list({ agent: 'inner', limit: 1 });
    return (
      job !== undefined && (await call(p.project, 'why-task', { task_id: job.jobId })).code === 'no-slot'
    );
  });
  const callingRun = { runId, taskId: null };
  const nested = await call(p.project, 'dispatch', { agent: 'inner', task: 'same' }, { callingRun });
  expect(nested).toMatchObject({ success: true, result: 'in: same' });
  letGo(p);
  expect(await outer).toMatchObject({ success: true });
  expect(await inLine).toMatchObject({ success: true });
});

test('a caller that cannot reach the server does not end what an equal call runs (R-AD-084, R-SYS-006)', async () => {
  const p = await aProject({ routes: [], agents: { work: WAIT } });
  const { context } = p.project;
  const first = call(p.project, 'dispatch', { agent: 'work', task: 'x' });
  await until('it is kept', async () => (await context.store.jobs.listOpen()).length === 1);
  const away = async (): Promise<never> => {
    await spawned(p);
    throw new Error('away');
  };
  const dispatches = { ...context.dispatches, start: away };
  const jobs = {
    ...context.store.jobs,
    // As it stood a moment ago.
    add: async (job: Parameters<typeof context.store.jobs.add>[0]) => {
      const { added, job: there } = await context.store.jobs.add(job);
      return { added, job: { ...there, status: 'pending' as const } };
    },
  };
  const store = { ...context.store, jobs };
  const second = call(p.project, 'dispatch', { agent: 'work', task: 'x' }, { dispatches, store });
  await expect(second).rejects.toThrow('away');
  letGo(p);
  expect(await first).toMatchObject({ success: true, result: 'done: x' });
});

test('a job ends although the file of agents cannot be read, instead of holding its slot (R-AD-007, R-AD-124)', async () => {
  const broken = (dir: string) => {
    const folder = join(dir, '.config', 'agent-dispatch');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'agents.yaml'), 'agents: [');
  };
  const p = await aProject({ routes: [], agents: { work: 'echo x' }, prepare: broken });
  const { store, dispatches, jobEnds } = p.project.context;
  await expect(p.project.context.agents.read()).rejects.toThrow();
  const job = aJob({ agent: 'work', mode: 'async' });
  await store.jobs.add(job);
  await dispatches.start(plannedJob(job));
  const ended = await jobEnds.waitForEnd(job.jobId, { deadlineMs: 20_000 });
  expect(ended).toMatchObject({ status: 'failed' });
  await until('its slot is free', async () => {
    const state = await p.project.context.control.governor();
    return state !== null && Object.keys(state.leases).length === 0;
  });
});

test('a call whose worker was killed before it made the process is begun, not continued (R-AD-076, R-SYS-005)', async () => {
  const p = await aClaudeProject({ talk: { record: 'calls.jsonl' } });
  const { store, dispatches, jobEnds } = p.project.context;
  await call(p.project, 'dispatch', { agent: 'talk', task: 'one' });
  const [known] = await store.jobs.list({ limit: 1 });
  const like = (await store.jobs.get(known!.jobId))!;
  const sessionId = '11111111-2222-4333-8444-555555555555';
  const job = aJob({ ...like, ...OPEN, jobId: 'e'.repeat(32), sessionId, agent: 'talk' });
  await store.jobs.add(job);
  // As its workflow goes on after the loss.
  await dispatches.start(plannedJob(job), { turn: 'continue' });
  expect(await jobEnds.waitForEnd(job.jobId, { deadlineMs: 20_000 })).toMatchObject({ status: 'done' });
  const calls = readFileSync(join(p.dir, 'talk', 'calls.jsonl'), 'utf8')
    .trim()
    .split('\n');
  expect(calls).toHaveLength(2);
  expect(calls[1]).not.toContain('Continue where you left off');
});

const OPEN = {
  ...({ status: 'pending', startedAt: null, completedAt: null, runId: null, result: null } as const),
  cacheKey: null,
};

test('a call whose place in line was given back by somebody else asks for another (R-AD-114, R-SYS-017)', async () => {
  const p = await aProject({
    ...{ routes: [], agents: { hang: WAIT, next: 'echo next' }, config: { pools: { dispatch: 1 } } },
  });
  const { context, looker } = p.project;
  const first = call(p.project, 'dispatch', { agent: 'hang', task: 'x' });
  await spawned(p);
  const second = call(p.project, 'dispatch', { agent: 'next', task: 'y' });
  const entry = await until('it is in line', async () => (await context.control.governor())?.waiting[0]);
  await looker.governor.release({ leaseId: entry.leaseId });
  await (await p.project.client()).workflow.getHandle(entry.workflowId).signal('recheck');
  await until('it has another place', async () => {
    const [other] = (await context.control.governor())?.waiting ?? [];
    return other !== undefined && other.leaseId !== entry.leaseId;
  });
  letGo(p);
  expect(await second).toMatchObject({ success: true, result: 'next' });
  await first;
});

test('a run whose answer was kept before its worker was killed is told as what it was (R-AD-114, R-SYS-025)', async () => {
  const p = await aProject({ routes: [], agents: { hang: 'sleep 600' } });
  const { store } = p.project.context;
  const jobId = String((await call(p.project, 'dispatch-async', { agent: 'hang', task: 'x' })).job_id);
  await spawned(p);
  const [run] = await runsOf(p);
  const client = await p.project.client();
  const workflowId = dispatchWorkflowId(p.project.settings().project, jobId);
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  const activityId = raw.pendingActivities?.[0]?.activityId ?? '';
  const lost = ApplicationFailure.nonRetryable('the worker that ran it is gone', 'WorkerLost');
  // As if the worker had been killed between keeping the answer and reporting the run.
  const result = { agent: 'hang', success: true, result: 'kept' };
  expect(await store.jobs.end(jobId, { status: 'done', result, error: null, at: Date.now() })).toBe(true);
  await client.activity.fail({ workflowId, activityId }, lost);
  expect(await client.workflow.getHandle(workflowId).result()).toBe('done');
  const known = await store.projection.getRun(run!.runId);
  expect(known).toMatchObject({ status: 'finished', outcome: 'success' });
});

test('a dialogue and calls side by side whose plan was forgotten end instead of asking for it for ever (R-AD-091, R-AD-083)', async () => {
  const p = await aProject({ routes: [], agents: { a: 'echo x' } });
  const { project } = p.project.settings();
  const { dispatches } = p.project.context;
  const id = 'a'.repeat(32);
  await dispatches.startDialogue({ id, title: 'forgotten' });
  await dispatches.startParallel({ id, jobs: [], aggregate: true });
  const { workflow } = await p.project.client();
  expect(await workflow.getHandle(dialogueWorkflowId(project, id)).result()).toEqual([]);
  expect(await workflow.getHandle(parallelWorkflowId(project, id)).result()).toBeNull();
});
