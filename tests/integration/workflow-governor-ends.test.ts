import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { expect, test } from 'vitest';
import { governorWorkflowId } from '../../src/core/ids.ts';
import { HOST_HEARTBEAT_MS } from '../../src/core/limits.ts';
import { initialGovernor } from '../../src/core/policy/governor/initial.ts';
import type { GovernorState, Lease } from '../../src/core/policy/governor/state.ts';
import { armUpdate, hostUpSignal, releaseUpdate, statusQuery } from '../../src/workflows/messages.ts';
import {
  type GovernorTable,
  governorActivities,
  startGovernor,
  startGovernorWorker,
} from '../helpers/governor-worker.ts';
import { eventsOf } from '../helpers/history.ts';
import { type TestProject, until } from '../helpers/project.ts';
import { aShape, keepShape } from '../helpers/shape.ts';
import { todo } from '../helpers/task-shape.ts';

const HOST = { hostId: 'host-a', slots: 2, runs: [], epoch: 0 };

/** A project without a worker, and what its governor starts with. */
async function aScene(
  name: string,
  leases: Readonly<Record<string, Lease>> = {},
): Promise<{ p: TestProject; real: GovernorTable; state: GovernorState }> {
  const p = await aShape(name, { agents: { ok: 'exit 0' }, routes: todo('ok'), worker: false });
  const { project } = p.project.settings();
  const state = initialGovernor({
    ...{ project, pools: { routes: 2 }, now: Date.now(), knownHosts: [], seed: { leases } },
  });
  return { p, real: await governorActivities(p), state };
}

/** Nothing tells when the SDK has taken the end of an activity; it takes this long at most (ms). */
const TAKEN_MS = 300;

/** What waits for the test to go on. */
function aGate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

const lease = (leaseId: string, workflowId: string): Lease => ({
  ...{ leaseId, workflowId, taskId: leaseId, pool: 'routes', route: 'Todo', agent: 'ok' },
  ...{ epoch: 0, grantedAt: 0, unconfirmed: false },
});
const leasesOf = async (handle: WorkflowHandle) => Object.keys((await handle.query(statusQuery)).leases);

test('a governor that was told something while it looked for lost leases goes on after a restart (R-SYS-008, R-SYS-016)', async () => {
  const lost = lease('lost', 'task/sample-lost-lease/gone');
  const held = lease('held', governorWorkflowId('sample-lost-lease'));
  const { p, real, state } = await aScene('lost-lease', { lost, held });
  const looked = aGate();
  let looking = false;
  let armed: Promise<unknown> | null = null;
  const handle = await startGovernor(p, { state });
  const activities: GovernorTable = {
    ...real,
    async findLostLeases(input) {
      looking = true;
      await looked.opened;
      return real.findLostLeases(input);
    },
  };
  // The look ends while a question is being answered, and before that task is over the governor is told more.
  const worker = await startGovernorWorker(p, activities, async (json) => {
    if (!looking || armed !== null || !json.includes('"brake"')) return;
    armed = handle.executeUpdate(armUpdate, { args: [{ reason: 'sample' }] });
    await handle.signal(hostUpSignal, HOST);
    looked.open();
    await sleep(TAKEN_MS);
  });
  const host = setInterval(() => void handle.signal(hostUpSignal, HOST), HOST_HEARTBEAT_MS);
  await until('it looks for lost leases', () => looking, 45_000).finally(() => clearInterval(host));
  await until('a slot is free', async () => (await leasesOf(handle)).length === 1, 20_000);
  expect(await armed).toEqual({ epoch: 1 });
  const history = await keepShape(p, 'governor-lost-lease', handle);
  expect(eventsOf(history)).toContain('WorkflowExecutionUpdateAccepted');

  await worker.stop();
  await startGovernorWorker(p, real);
  expect(await handle.query(statusQuery)).toMatchObject({ brake: { armed: true } });
  const answer = await handle.executeUpdate(releaseUpdate, { args: [{ leaseId: 'held' }] });
  expect(answer.room.open).toEqual([]);
}, 90_000);

test('a lost lease is charged what its run is booked at, and nothing when it never became one (R-PROD-052)', async () => {
  const gone = (leaseId: string): Lease => ({
    ...lease(leaseId, `task/sample-lost-cost/${leaseId}`),
    reservedMicroUsd: 1_000_000,
  });
  const leases = { booked: gone('booked'), never: gone('never') };
  const { p, real, state } = await aScene('lost-cost', leases);
  const { records } = p.project.context.store;
  await records.bookSpend({
    ...{ runId: 'booked', agent: 'ok', day: '1970-01-01', at: 0, microUsd: 70_000, known: true },
    ...{ reportedMicroUsd: 70_000, computedMicroUsd: null, surface: 'route', taskId: '1', jobId: null },
  });
  await startGovernorWorker(p, real);
  const handle = await startGovernor(p, { state });
  await handle.signal(hostUpSignal, HOST);
  await until('the slots are free', async () => (await leasesOf(handle)).length === 0, 60_000);
  expect((await handle.query(statusQuery)).budget?.spent.total).toBe(70_000);
  expect((await records.listSpend({ limit: 9 })).map(({ microUsd }) => microUsd)).toEqual([70_000]);
}, 90_000);

test('a governor renews itself while a write hangs, and what hung does not come over what came later (R-SYS-008, R-SYS-010)', async () => {
  const { p, real, state } = await aScene('renewed-writing');
  const first = aGate();
  let begun = 0;
  let ended = 0;
  await startGovernorWorker(p, {
    ...real,
    async saveGovernor(input) {
      begun += 1;
      if (begun === 1) await first.opened;
      await real.saveGovernor(input);
      ended += 1;
    },
  });
  const handle = await startGovernor(p, { state, updatesMax: 2 });
  await handle.signal(hostUpSignal, HOST);
  await until('a write hangs', () => begun === 1);
  const release = (leaseId: string) => handle.executeUpdate(releaseUpdate, { args: [{ leaseId }] });
  const released = Promise.all([release('one'), release('two')]);
  const client = await p.project.client();
  const current = client.workflow.getHandle(handle.workflowId);
  await until('it is renewed', async () => {
    await current.query(statusQuery);
    return (await current.describe()).runId !== handle.firstExecutionRunId;
  });
  await released;
  const { records } = p.project.context.store;
  const later = await until('the next run has written', async () => (await records.loadGovernor())?.saved);
  expect(later).toEqual({ governor: handle.firstExecutionRunId, count: 2 });
  first.open();
  await until('the first write is over', () => ended >= 2);
  expect((await records.loadGovernor())?.saved?.count).toBeGreaterThanOrEqual(2);
  const runId = handle.firstExecutionRunId;
  const history = await keepShape(p, 'governor-renewed-while-writing', { ...handle, runId });
  expect(eventsOf(history).at(-1)).toBe('WorkflowExecutionContinuedAsNew');
}, 60_000);

test.each([
  ['fails', 'governor-brake-write-failed', async () => Promise.reject(new Error('the disk is full'))],
  ['hangs', 'governor-brake-write-hung', async (over: Promise<void>) => over],
])(
  'an armed brake whose first write %s is written with the rest (R-SYS-008, R-SYS-019)',
  async (how, shape, write) => {
    const { p, real, state } = await aScene(`brake-${how}`);
    const over = aGate();
    let armed = 0;
    await startGovernorWorker(p, {
      ...real,
      async saveGovernor(input) {
        if (input.state.brake.armed) armed += 1;
        await (armed === 1 ? write(over.opened) : real.saveGovernor(input));
      },
    });
    const handle = await startGovernor(p, { state });
    await handle.signal(hostUpSignal, HOST);
    await handle.executeUpdate(armUpdate, { args: [{ reason: 'sample' }] });
    const { records } = p.project.context.store;
    await until('it is written', async () => (await records.loadGovernor())?.brake.armed === true);
    // Answered: the Workflow Task with the end of that write is over.
    await handle.executeUpdate(releaseUpdate, { args: [{ leaseId: 'none' }] });
    const history = await keepShape(p, shape, handle);
    expect(eventsOf(history)).not.toContain('WorkflowTaskFailed');
    over.open();
  },
);
