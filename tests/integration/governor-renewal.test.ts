import { Client, Connection } from '@temporalio/client';
import { expect, onTestFinished, test } from 'vitest';
import type { GovernorState } from '../../src/core/policy/governor/state.ts';
import type { governorWorkflow } from '../../src/workflows/governor.ts';
import { createNoopAgent } from '../helpers/noop-agent.ts';
import { aProject, settledIn, type TestProject, until } from '../helpers/project.ts';
import { temporalAddress } from '../helpers/temporal-server.ts';

/** Admissions go on within this time after whatever happened to the governor or its worker (ms). */
const GOES_ON_MS_MAX = 20_000;

async function aClient(): Promise<Client> {
  const connection = await Connection.connect({ address: temporalAddress() });
  onTestFinished(() => connection.close());
  return new Client({ connection });
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);
const todo = (count: number) => ({
  Todo: ids(count).map((id) => ({ id, name: id })),
  'In Progress': [],
  Done: [],
});
const routes = [{ queue_name: 'Todo', agent: 'idle', completed_queue: 'Done' }];
const governorId = ({ project }: TestProject) => `governor/${project.settings().project}`;
const state = async ({ project }: TestProject): Promise<GovernorState> => {
  const found = await project.context.control.governor();
  if (found === null) throw new Error('no governor');
  return found;
};

test('with 100 tasks waiting, a worker restart and a renewed governor hold admissions up for less than 5 s (R-SYS-010, R-ART-033)', async () => {
  const agent = createNoopAgent(60_000);
  const p = await aProject({
    queues: todo(110),
    agents: { idle: 'exit 0' },
    adapters: [agent],
    routes,
    config: { max_concurrent_agents: 2 },
    worker: false,
  });
  const client = await aClient();
  await client.workflow.start<typeof governorWorkflow>('governorWorkflow', {
    workflowId: governorId(p),
    taskQueue: `governor.${p.project.settings().project}`,
    args: [{ state: await p.project.looker.seed(), continued: false, updatesMax: 150 }],
  });
  await p.startWorker();
  await until('two run', () => agent.alive() === 2);
  const { starter } = p.project.looker;
  await Promise.all(
    ids(102).map((taskId, order) =>
      starter.start({ taskId, name: taskId, queueName: 'Todo', agent: 'idle', order }),
    ),
  );
  await until('100 wait', async () => (await state(p)).waiting.length >= 100, 30_000);

  await p.worker?.stop();
  const ran = agent.runs.length;
  await p.startWorker();
  const upAt = performance.now();
  await until('admissions go on after the restart', () => agent.runs.length > ran);
  expect(performance.now() - upAt).toBeLessThan(GOES_ON_MS_MAX);

  const before = await client.workflow.getHandle(governorId(p)).describe();
  const { governor } = p.project.looker;
  // Each of these is an Update; more than the governor takes in one Workflow Run.
  let asked = 0;
  const ask = async () => {
    for (; asked < 155; asked += 1) await governor.release({ leaseId: `none-${asked}` });
  };
  await Promise.all(Array.from({ length: 8 }, ask));
  const renewed = await until('the governor is renewed', async () => {
    const now = await client.workflow.getHandle(governorId(p)).describe();
    return now.runId !== before.runId && now;
  });
  expect(renewed.status.name).toBe('RUNNING');
  expect((await state(p)).waiting.length).toBeGreaterThanOrEqual(90);
  const after = agent.runs.length;
  const freedAt = performance.now();
  const [running] =
    (await p.project.context.store.projection.listRuns({ status: 'running', limit: 1 })) ?? [];
  await p.project.context.control.cancelTask(
    running?.taskId ?? '',
    { reason: 'makes room' },
    { channel: 'library', actor: 'ann' },
  );
  await until('admissions go on after the renewal', () => agent.runs.length > after);
  expect(performance.now() - freedAt).toBeLessThan(GOES_ON_MS_MAX);
});

test('a terminated governor comes back with its brake, pauses and leases, and knows who waits (R-SYS-001, 019, 020)', async () => {
  const agent = createNoopAgent(60_000);
  const p = await aProject({
    queues: todo(6),
    agents: { idle: 'exit 0' },
    adapters: [agent],
    routes,
    config: { max_concurrent_agents: 2 },
  });
  const { control, store } = p.project.context;
  const caller = { channel: 'library', actor: 'ann' } as const;
  await until(
    'two run and four wait',
    async () => agent.alive() === 2 && (await state(p)).waiting.length === 4,
  );
  await control.pause({ scope: 'agent', name: 'other', reason: 'broken' }, caller);
  await control.arm({ reason: 'audit', stopRunning: false }, caller);
  await until('saved', async () => (await store.records.loadGovernor())?.brake.armed === true);
  const old = await state(p);

  const client = await aClient();
  await client.workflow.getHandle(governorId(p)).terminate('by an operator');
  const back = await until('a new governor', async () => control.governor());
  expect(back.brake).toMatchObject({ armed: true, reason: 'audit', by: 'ann (library)' });
  expect(back.brake.epoch).toBeGreaterThan(old.brake.epoch);
  expect(back.pauses).toMatchObject([
    { scope: 'agent', name: 'other', reason: 'broken', by: 'ann (library)' },
  ]);
  expect(Object.keys(back.leases).sort()).toEqual(Object.keys(old.leases).sort());
  expect(agent.runs).toHaveLength(2);

  await control.disarm(caller);
  const stillTwo = await state(p);
  expect(Object.keys(stillTwo.leases)).toHaveLength(2);
  for (const { taskId } of Object.values(old.leases)) {
    await control.cancelTask(taskId ?? '', { reason: 'makes room' }, caller);
  }
  await until('those that waited run', () => agent.runs.length >= 4, 20_000);
});

test('a fresh governor with the brake file armed starts armed (R-SYS-019)', async () => {
  const agent = createNoopAgent();
  const p = await aProject({
    worker: false,
    queues: todo(2),
    agents: { idle: 'exit 0' },
    adapters: [agent],
    routes,
  });
  p.project.brake.arm('no money');
  await p.startWorker();
  const { brake } = await state(p);
  expect(brake).toMatchObject({ armed: true, reason: 'no money', by: 'brake file' });
  const why = await until('the reason is shown', async () => {
    const known = await p.project.context.store.records.getTaskState('t0');
    return known?.blockedText ?? null;
  });
  expect(why).toBe('the brake is armed by brake file: no money');
  expect(agent.runs).toEqual([]);
  await p.project.context.control.disarm({ channel: 'library', actor: 'ann' });
  await settledIn(p, 't1', 'Done');
});
