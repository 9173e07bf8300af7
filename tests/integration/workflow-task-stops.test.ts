import { ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { refusedSignal } from '../../src/workflows/messages.ts';
import { eventsOf } from '../helpers/history.ts';
import { until } from '../helpers/project.ts';
import { aShape, keepShape } from '../helpers/shape.ts';
import {
  endOf,
  GATED,
  openGate,
  queues,
  running,
  todo,
  waitingFor,
  workflowOf,
} from '../helpers/task-shape.ts';

const caller = { channel: 'library', actor: 'sample' } as const;
const SLEEPS = 'exec sleep 100';

test('a run that a person cancels ends, and its task stays flagged (R-SYS-008)', async () => {
  const p = await aShape('cancelled', {
    queues: queues('1'),
    agents: { sleeps: SLEEPS },
    routes: todo('sleeps'),
  });
  await running(p, '1');
  await p.project.context.control.cancelTask('1', { reason: 'not needed' }, caller);
  expect(await endOf(p, '1')).toBe('cancelled');
  const history = await keepShape(p, 'task-cancelled-running', workflowOf(p, '1'));
  expect(eventsOf(history)).toContain('ActivityTaskCancelRequested');
});

test('a task cancelled while it waits never runs (R-SYS-008)', async () => {
  const p = await aShape('cancelled-waiting', {
    queues: queues(),
    agents: { ok: 'exit 0' },
    routes: todo('ok'),
  });
  const { control } = p.project.context;
  await control.pause({ scope: 'agent', name: 'ok', reason: null }, caller);
  p.saveBoard(queues('1'));
  await waitingFor(p, '1', 'paused');
  await control.cancelTask('1', { reason: 'not needed' }, caller);
  expect(await endOf(p, '1')).toBe('cancelled');
  await keepShape(p, 'task-cancelled-waiting', workflowOf(p, '1'));
});

test.each(['waiting', 'running'])(
  'a task cancelled in Temporal itself while %s is put away (R-SYS-008)',
  async (when) => {
    const p = await aShape(`asked-${when}`, {
      queues: queues(),
      agents: { sleeps: SLEEPS },
      routes: todo('sleeps'),
    });
    const { control } = p.project.context;
    if (when === 'waiting') await control.pause({ scope: 'agent', name: 'sleeps', reason: null }, caller);
    p.saveBoard(queues('1'));
    await (when === 'waiting' ? waitingFor(p, '1', 'paused') : running(p, '1'));
    const client = await p.project.client();
    await client.workflow.getHandle(workflowOf(p, '1').workflowId).cancel();
    expect(await endOf(p, '1')).toBe('cancelled');
    await keepShape(p, `task-cancelled-in-temporal-${when}`, workflowOf(p, '1'));
  },
);

test('a run stopped by the brake goes on after it, nothing counted (R-SYS-008)', async () => {
  const p = await aShape('braked', { queues: queues('1'), agents: { gated: GATED }, routes: todo('gated') });
  const { control } = p.project.context;
  await running(p, '1');
  await control.arm({ reason: 'look first', stopRunning: true }, caller);
  await waitingFor(p, '1', 'brake');
  openGate(p);
  await control.disarm(caller);
  expect(await endOf(p, '1')).toBe('finished');
  await keepShape(p, 'task-braked', workflowOf(p, '1'));
  expect(await p.project.context.store.records.getTaskState('1')).toMatchObject({ retryCount: 0 });
  await keepShape(p, 'governor-braked', { workflowId: `governor/${p.project.settings().project}` });
});

test('a run whose worker is gone is run again, not retried (R-SYS-008, R-ART-061)', async () => {
  const p = await aShape('lost', {
    queues: queues('1'),
    agents: { once: `test -e tried && exit 0; touch tried; ${SLEEPS}` },
    routes: todo('once'),
  });
  await running(p, '1');
  const { project } = p;
  const client = await project.client();
  const { workflowId } = workflowOf(p, '1');
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  const activityId = raw.pendingActivities![0]!.activityId!;
  // What a worker does at its start with a run of the killed one before it.
  const lost = ApplicationFailure.nonRetryable('the worker that ran it is gone', 'WorkerLost');
  await client.activity.fail({ workflowId, activityId }, lost);
  expect(await endOf(p, '1')).toBe('finished');
  await keepShape(p, 'task-worker-lost', workflowOf(p, '1'));
  const state = await project.context.store.records.getTaskState('1');
  expect(state).toMatchObject({ retryCount: 0, runCount: 2 });
});

test('an admission turned away while it waits is asked for again (R-SYS-008, R-SYS-019)', async () => {
  const p = await aShape('refused', { queues: queues(), agents: { ok: 'exit 0' }, routes: todo('ok') });
  const { control } = p.project.context;
  await control.pause({ scope: 'project', name: null, reason: null }, caller);
  p.saveBoard(queues('1'));
  await waitingFor(p, '1', 'paused');
  const [entry] = (await control.governor())!.waiting;
  const client = await p.project.client();
  const handle = client.workflow.getHandle(workflowOf(p, '1').workflowId);
  const blocked = { code: 'paused', text: 'turned away' } as const;
  await handle.signal(refusedSignal, { leaseId: entry!.leaseId, blocked });
  await until('it waits for the time to ask again', async () => {
    const history = await handle.fetchHistory();
    return history.events?.some(({ timerStartedEventAttributes: timer }) => timer) ?? false;
  });
  await control.unpause({ scope: 'all', name: null }, caller);
  expect(await endOf(p, '1')).toBe('finished');
  await keepShape(p, 'task-refused', workflowOf(p, '1'));
});
