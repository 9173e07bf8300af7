import { ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import {
  dialogueWorkflowId,
  dispatchWorkflowId,
  parallelWorkflowId,
  sessionWorkflowId,
} from '../../src/core/ids.ts';
import type { JobStatus } from '../../src/core/schema/job.ts';
import { call } from '../helpers/call.ts';
import { eventsOf } from '../helpers/history.ts';
import { type TestProject, until } from '../helpers/project.ts';
import { aShape, keepShape } from '../helpers/shape.ts';
import { GATED, openGate } from '../helpers/task-shape.ts';

const caller = { channel: 'library', actor: 'sample' } as const;
const SLEEPS = 'exec sleep 100';
const OK = 'echo fine';

const shape = (name: string, agents: Readonly<Record<string, string>>, config = {}) =>
  aShape(`dispatch-${name}`, { routes: [], agents, config });

const idOf = ({ project }: TestProject, jobId: string) => ({
  workflowId: dispatchWorkflowId(project.settings().project, jobId),
});
const asked = async (p: TestProject, agent: string): Promise<string> =>
  String((await call(p.project, 'dispatch-async', { agent, task: 'x' })).job_id);
const becomes = (p: TestProject, jobId: string, status: JobStatus) =>
  until(
    `job ${jobId} is ${status}`,
    async () => (await p.project.context.store.jobs.statusOf(jobId)) === status,
  );
const closed = async (p: TestProject, workflowId: string): Promise<unknown> =>
  (await p.project.client()).workflow.getHandle(workflowId).result();
const spawned = (p: TestProject) =>
  until('its process is there', async () => {
    const [run] = await p.project.context.store.projection.listRuns({ status: 'running', limit: 1 });
    return run?.pid !== null && run !== undefined;
  });

test('a call that is answered (R-SYS-008)', async () => {
  const p = await shape('done', { ok: OK });
  const jobId = await asked(p, 'ok');
  expect(await closed(p, idOf(p, jobId).workflowId)).toBe('done');
  const history = await keepShape(p, 'dispatch-done', idOf(p, jobId));
  expect(eventsOf(history).length).toBeLessThanOrEqual(20);
});

test('a call that waits for its slot (R-SYS-008)', async () => {
  const p = await shape('waited', { gated: GATED, ok: OK }, { pools: { dispatch: 1 } });
  const first = await asked(p, 'gated');
  await becomes(p, first, 'running');
  const second = await asked(p, 'ok');
  openGate(p);
  expect(await closed(p, idOf(p, second).workflowId)).toBe('done');
  await keepShape(p, 'dispatch-waited', idOf(p, second));
});

test('a call that somebody waits for is refused by a brake (R-SYS-008, R-SYS-019)', async () => {
  const p = await shape('refused', { ok: OK });
  const { control, store } = p.project.context;
  await control.arm({ reason: 'look first', stopRunning: false }, caller);
  const answer = await call(p.project, 'dispatch', { agent: 'ok', task: 'x' });
  expect(answer).toMatchObject({ success: false });
  expect(answer.error).toBe('Kill switch armed: look first');
  const [job] = await store.jobs.list({ limit: 1 });
  await closed(p, idOf(p, job!.jobId).workflowId);
  await keepShape(p, 'dispatch-refused', idOf(p, job!.jobId));
});

test('a call that is called off while it waits or runs (R-SYS-008)', async () => {
  const p = await shape('cancelled', { sleeps: SLEEPS }, { pools: { dispatch: 1 } });
  const running = await asked(p, 'sleeps');
  await becomes(p, running, 'running');
  const waiting = await asked(p, 'sleeps');
  await until('it is in line', async () => {
    const state = await p.project.context.control.governor();
    return state?.waiting.length === 1;
  });
  await call(p.project, 'dispatch-cancel', { job_id: waiting });
  expect(await closed(p, idOf(p, waiting).workflowId)).toBe('cancelled');
  await keepShape(p, 'dispatch-cancelled-waiting', idOf(p, waiting));
  await spawned(p);
  await call(p.project, 'dispatch-cancel', { job_id: running });
  expect(await closed(p, idOf(p, running).workflowId)).toBe('cancelled');
  await keepShape(p, 'dispatch-cancelled-running', idOf(p, running));
});

test('a call whose worker is gone is run again (R-SYS-008, R-AD-114)', async () => {
  const p = await shape('lost', { once: `test -e tried && exit 0; touch tried; ${SLEEPS}` });
  const jobId = await asked(p, 'once');
  await spawned(p);
  const client = await p.project.client();
  const { workflowId } = idOf(p, jobId);
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  const activityId = raw.pendingActivities![0]!.activityId!;
  const lost = ApplicationFailure.nonRetryable('the worker that ran it is gone', 'WorkerLost');
  await client.activity.fail({ workflowId, activityId }, lost);
  expect(await closed(p, workflowId)).toBe('done');
  await keepShape(p, 'dispatch-worker-lost', idOf(p, jobId));
});

test('an unawaited call that the brake stops goes on after it (R-SYS-008)', async () => {
  const p = await shape('braked', { gated: GATED });
  const { control } = p.project.context;
  const jobId = await asked(p, 'gated');
  await spawned(p);
  await control.arm({ reason: 'look first', stopRunning: true }, caller);
  await until('it waits again', async () => (await control.governor())?.waiting.length === 1, 20_000);
  openGate(p);
  await control.disarm(caller);
  expect(await closed(p, idOf(p, jobId).workflowId)).toBe('done');
  await keepShape(p, 'dispatch-braked', idOf(p, jobId));
});

test('a conversation of two turns (R-SYS-008)', async () => {
  const p = await shape('session', { ok: OK });
  const { store } = p.project.context;
  await call(p.project, 'dispatch-session', { agent: 'ok', task: 'one' });
  const [first] = await store.jobs.list({ limit: 1 });
  const session_id = first!.sessionId;
  await call(p.project, 'dispatch-session', { agent: 'ok', task: 'two', session_id });
  const workflowId = sessionWorkflowId(p.project.settings().project, session_id);
  await keepShape(p, 'session-two-turns', { workflowId });
});

test('a dialogue (R-SYS-008)', async () => {
  const p = await shape('dialogue', { asker: 'echo "why?"', knower: 'echo "so. [RESOLVED]"' });
  const topic = { requester: 'asker', responder: 'knower', topic: 'everything' };
  expect(await call(p.project, 'dispatch-dialogue', topic)).toMatchObject({ resolved: true });
  const [job] = await p.project.context.store.jobs.list({ limit: 1 });
  const workflowId = dialogueWorkflowId(p.project.settings().project, job!.parentId!);
  await keepShape(p, 'dialogue-resolved', { workflowId });
});

test('calls side by side with one answer made of all (R-SYS-008)', async () => {
  const p = await shape('parallel', { ok: OK, bad: 'exit 3', whole: OK });
  const dispatches = [
    { agent: 'ok', task: 'a' },
    { agent: 'bad', task: 'b' },
  ];
  await call(p.project, 'dispatch-parallel', { dispatches, aggregate: 'whole' });
  const [job] = await p.project.context.store.jobs.list({ limit: 1 });
  const workflowId = parallelWorkflowId(p.project.settings().project, job!.parentId!);
  await keepShape(p, 'parallel-aggregated', { workflowId });
});

test('a call whose place in line was given back by somebody else (R-SYS-008)', async () => {
  const p = await shape('asked-again', { gated: GATED, ok: OK }, { pools: { dispatch: 1 } });
  const { control } = p.project.context;
  const first = await asked(p, 'gated');
  await becomes(p, first, 'running');
  const second = await asked(p, 'ok');
  const entry = await until('it is in line', async () => (await control.governor())?.waiting[0]);
  await p.project.looker.governor.release({ leaseId: entry.leaseId });
  const { workflow } = await p.project.client();
  await workflow.getHandle(entry.workflowId).signal('recheck');
  await until('it has another place', async () => {
    const [other] = (await control.governor())?.waiting ?? [];
    return other !== undefined && other.leaseId !== entry.leaseId;
  });
  openGate(p);
  expect(await closed(p, idOf(p, second).workflowId)).toBe('done');
  await keepShape(p, 'dispatch-asked-again', idOf(p, second));
});

test('calls side by side of which somebody else runs one already (R-SYS-008, R-AD-084)', async () => {
  const p = await shape('shared', { gated: GATED });
  const same = { agent: 'gated', task: 'x' };
  const first = call(p.project, 'dispatch', same);
  await spawned(p);
  const begun = await call(p.project, 'start-parallel', { dispatches: [same], wait: 0 });
  const workflowId = parallelWorkflowId(p.project.settings().project, String(begun.id));
  const { workflow } = await p.project.client();
  await until('it looks for its end', async () => {
    const { events } = await workflow.getHandle(workflowId).fetchHistory();
    return events?.some(({ timerFiredEventAttributes }) => timerFiredEventAttributes != null);
  });
  openGate(p);
  await first;
  expect(await closed(p, workflowId)).toBeNull();
  await keepShape(p, 'parallel-shared', { workflowId });
});
