import { type Client, WorkflowIdConflictPolicy } from '@temporalio/client';
import { expect, test } from 'vitest';
import { governorQueue, governorWorkflowId } from '../../src/core/ids.ts';
import { initialGovernor } from '../../src/core/policy/governor/initial.ts';
import type { GovernorState } from '../../src/core/policy/governor/state.ts';
import type { governorWorkflow } from '../../src/workflows/governor.ts';
import {
  armSignal,
  disarmSignal,
  pauseSignal,
  statusQuery,
  unpauseSignal,
} from '../../src/workflows/messages.ts';
import { eventsOf, payloadsOf } from '../helpers/history.ts';
import { type TestProject, until } from '../helpers/project.ts';
import { aShape, keepShape } from '../helpers/shape.ts';
import { endOf, GATED, openGate, queues, todo, waitingFor, workflowOf } from '../helpers/task-shape.ts';

const caller = { channel: 'library', actor: 'sample' } as const;
const governorOf = ({ project }: TestProject) => ({
  workflowId: governorWorkflowId(project.settings().project),
});
const stateOf = async (p: TestProject): Promise<GovernorState> =>
  (await p.project.context.control.governor())!;
const live = (p: TestProject) =>
  until(
    'a host is up',
    async () => Object.keys((await p.project.context.control.governor())?.hosts ?? {})[0],
  );

/** A governor of our own making, before any worker is there to run it. */
async function startGovernor(client: Client, project: string, state: GovernorState): Promise<void> {
  await client.workflow.start<typeof governorWorkflow>('governorWorkflow', {
    workflowId: governorWorkflowId(project),
    taskQueue: governorQueue(project),
    args: [{ state, continued: false }],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
  });
}

test('slots are granted by answer and by Signal (R-SYS-008)', async () => {
  const p = await aShape('granted', {
    queues: queues('1', '2', '3'),
    agents: { gated: GATED },
    routes: todo('gated'),
    config: { max_concurrent_agents: 1 },
  });
  await until('one holds the slot, two wait', async () => {
    const state = await p.project.context.control.governor();
    return state !== null && state.waiting.length === 2 && Object.keys(state.leases).length === 1;
  });
  openGate(p);
  for (const id of ['1', '2', '3']) expect(await endOf(p, id)).toBe('finished');
  const history = await keepShape(p, 'governor-granted', governorOf(p));
  expect(eventsOf(history)).toContain('SignalExternalWorkflowExecutionInitiated');
});

test('the brake and pauses by plain Signals alone have the same effect as Updates (R-SYS-008, R-SYS-020)', async () => {
  const p = await aShape('signals', { agents: { ok: 'exit 0' }, routes: todo('ok') });
  await live(p);
  const handle = (await p.project.client()).workflow.getHandle(governorOf(p).workflowId);
  await handle.signal(armSignal, { reason: 'by hand' });
  await handle.signal(pauseSignal, { scope: 'route', name: 'Todo' });
  const braked = await handle.query(statusQuery);
  expect(braked.brake).toMatchObject({ armed: true, reason: 'by hand', by: 'unknown' });
  expect(braked.pauses).toMatchObject([{ scope: 'route', name: 'Todo' }]);
  await until('the host has the armed epoch', async () => {
    const { hosts, brake } = await stateOf(p);
    return Object.values(hosts).every(({ ackedEpoch }) => ackedEpoch === brake.epoch);
  });
  // The Web UI may send them without any argument.
  await handle.signal('disarm');
  await handle.signal(unpauseSignal, { scope: 'all' });
  expect(await handle.query(statusQuery)).toMatchObject({ brake: { armed: false }, pauses: [] });
  await handle.signal('arm');
  await handle.signal(disarmSignal, {});
  await keepShape(p, 'governor-signals', governorOf(p));
});

test('an account rests until its time is over, whatever end it is told (R-SYS-008, R-SYS-021)', async () => {
  const p = await aShape('rests', { agents: { ok: 'exit 0' }, routes: todo('ok') });
  await live(p);
  const handle = (await p.project.client()).workflow.getHandle(governorOf(p).workflowId);
  const rests = (name: string, until?: number) =>
    handle.signal(pauseSignal, { scope: 'account', name, ...(until === undefined ? {} : { until }) });
  await rests('for ever', 1e300);
  await rests('very long', 8e15);
  await rests('briefly', Date.now() + 1_500);
  expect((await handle.query(statusQuery)).pauses).toHaveLength(3);
  await until('the brief one is over', async () => (await stateOf(p)).pauses.length === 2);
  await handle.signal(unpauseSignal, { scope: 'all' });
  await until('none is left', async () => (await stateOf(p)).pauses.length === 0);
  await keepShape(p, 'governor-account-rests', governorOf(p));
});

test('pauses and the brake by Update, and limits that change, replay (R-SYS-008)', async () => {
  const p = await aShape('updates', { agents: { ok: 'exit 0' }, routes: todo('ok') });
  await live(p);
  const { control } = p.project.context;
  await control.pause({ scope: 'agent', name: 'ok', reason: 'tired' }, caller);
  await control.arm({ reason: 'stop', stopRunning: false }, caller);
  await control.disarm(caller);
  await control.unpause({ scope: 'all', name: null }, caller);
  const handle = (await p.project.client()).workflow.getHandle(governorOf(p).workflowId);
  await handle.signal('poolLimit', { pool: 'routes', limit: 7 });
  expect((await stateOf(p)).pools).toMatchObject({ routes: { limit: 7 } });
  await keepShape(p, 'governor-updates', governorOf(p));
});

test('a host that is forgotten is gone with what it ran (R-SYS-008)', async () => {
  const p = await aShape('forgotten', { agents: { ok: 'exit 0' }, routes: todo('ok') });
  const hostId = await live(p);
  const { records } = p.project.context.store;
  await records.putHost({
    hostId: 'host-b',
    hostname: 'b',
    pid: 1,
    bootId: 'b',
    slots: 2,
    lastSeen: Date.now(),
  });
  const handle = (await p.project.client()).workflow.getHandle(governorOf(p).workflowId);
  await handle.signal('hostUp', { hostId: 'host-b', slots: 2, runs: [], epoch: null });
  await until('both are up', async () => Object.keys((await stateOf(p)).hosts).length === 2);
  await p.project.context.control.forgetHost('host-b', caller);
  await until('one is left', async () => Object.keys((await stateOf(p)).hosts).length === 1);
  expect(Object.keys((await stateOf(p)).hosts)).toEqual([hostId]);
  await keepShape(p, 'governor-host-forgotten', governorOf(p));
});

test('a fresh governor waits for its hosts and then goes on without them (R-SYS-008)', async () => {
  const p = await aShape('warm-up', {
    queues: queues('1'),
    agents: { ok: 'exit 0' },
    routes: todo('ok'),
    worker: false,
  });
  const project = p.project.settings().project;
  const now = Date.now();
  const state = initialGovernor({
    ...{ project, pools: { routes: 3 }, now },
    knownHosts: [{ hostId: 'host-z', lastSeen: now }],
  });
  await startGovernor(await p.project.client(), project, {
    ...state,
    warmUp: { awaiting: ['host-z'], until: now + 8_000 },
  });
  await p.startWorker();
  await waitingFor(p, '1', 'warming-up');
  expect(await endOf(p, '1')).toBe('finished');
  const history = await keepShape(p, 'governor-warmed-up', governorOf(p));
  expect(eventsOf(history)).toContain('TimerFired');
});

test('caps, a stopped agent and a kill switch that armed itself replay (R-SYS-008, R-PROD-049, R-PROD-063)', async () => {
  const p = await aShape('money', {
    queues: { Todo: [{ id: '1', name: 'one' }], Bad: [], 'In Progress': [], Done: [] },
    agents: { ok: 'exit 0', bad: 'exit 1' },
    routes: [...todo('ok'), { queue_name: 'Bad', agent: 'bad' }],
    config: {
      budget: { agents: { ok: { daily_cap_usd: 1, dispatch_reservation_usd: 1 } } },
      breaker: { failures: 1, global_agents: 1 },
    },
  });
  const { control, store } = p.project.context;
  expect(await endOf(p, '1')).toBe('finished');
  p.saveBoard({
    Todo: [{ id: '2', name: 'two' }],
    Bad: [{ id: '3', name: 'three' }],
    'In Progress': [],
    Done: [],
  });
  const blocked = async (id: string) => (await store.records.getTaskState(id))?.blockedCode;
  await until('two waits for money', async () => (await blocked('2')) === 'budget');
  await until('the brake armed itself', async () => (await stateOf(p)).brake.armed);
  await control.disarm(caller);
  const target = { scope: 'agent', name: 'ok' } as const;
  await control.setBudget({ target, microUsd: 5_000_000 }, caller);
  expect(await endOf(p, '2')).toBe('finished');
  expect((await stateOf(p)).budget?.spent.agents).toMatchObject({ ok: 2_000_000 });
  await keepShape(p, 'governor-money', governorOf(p));
});

test('what a run spends is told while it runs, and it is stopped with what the budget leaves (R-SYS-008, R-PROD-052)', async () => {
  const p = await aShape('spend', {
    queues: queues('1'),
    agents: {
      worker: 'echo 0.2 > "$DISPATCH_COST_FILE"; sleep 1; echo 1.5 > "$DISPATCH_COST_FILE"; sleep 600',
    },
    routes: todo('worker'),
    config: { budget: { project_ceiling_usd: 1 } },
  });
  const { records } = p.project.context.store;
  await until('it was stopped and waits', async () => {
    const blocked = (await records.getTaskState('1'))?.blockedCode === 'budget';
    return blocked && (await p.task('1')).queueName === 'Todo';
  });
  expect((await stateOf(p)).budget?.spent.total).toBe(1_500_000);
  const history = await keepShape(p, 'governor-spend', governorOf(p));
  const names = payloadsOf(history).join();
  expect(names).toContain('"microUsd":1500000');
  await keepShape(p, 'task-stopped-by-budget', workflowOf(p, '1'));
});
