import { expect, test } from 'vitest';
import type { Holder } from '../../src/activities/governor-lost-lease.ts';
import { createGovernorActivities } from '../../src/activities/governor-records.ts';
import type { ActivityPorts } from '../../src/activities/ports.ts';
import { initialGovernor } from '../../src/core/policy/governor/initial.ts';
import { hostDeadMs } from '../../src/core/policy/heartbeat-timeout.ts';
import type { SpendRow } from '../../src/core/ports/spend.ts';

const settings = { hosts: 'single' } as const;
const DEAD_MS = hostDeadMs(settings);

/** What the books say before; `rows` is what is booked in the end. */
function aBook(rows: Record<string, Partial<SpendRow>> = {}, runs: readonly string[] = [], feeMicroUsd = 0) {
  const leases = Object.fromEntries(['a', 'b'].map((id) => [id, { feeMicroUsd }]));
  const records = {
    getSpend: async (id: string) => rows[id] ?? null,
    async bookSpend(row: SpendRow) {
      rows[row.runId] ??= row;
      return rows[row.runId];
    },
    loadGovernor: async () => ({ leases }),
    getTaskState: async (taskId: string) => ({ token: taskId === 'claimed-by-a' ? 'a' : 'another' }),
  };
  const projection = { getRun: async (id: string) => (runs.includes(id) ? { runId: id } : null) };
  return { rows, store: { records, projection } };
}

/** Which of these are lost when only the workflow `open` is open, and what are they released with? */
function lookAt(holders: readonly Holder[], { store } = aBook()) {
  const ports = {
    ...{ settings: () => settings, store },
    workflows: { isOpen: async (id: string) => id === 'open' },
  };
  return createGovernorActivities(ports as unknown as ActivityPorts).findLostLeases({ holders });
}
const lostOf = async (...holders: Holder[]) => (await lookAt(holders)).map(({ leaseId }) => leaseId);

test('a lease of a closed workflow is lost at once when no host ran it (R-SYS-016)', async () => {
  expect(await lostOf({ leaseId: 'a', workflowId: 'closed' }, { leaseId: 'b', workflowId: 'open' })).toEqual([
    'a',
  ]);
});

test('on a silent host it is lost once the lease guard has ended everything there (R-SYS-016)', async () => {
  const on = (leaseId: string, silentMs: number) => ({ leaseId, workflowId: 'closed', silentMs });
  expect(DEAD_MS).toBe(127_000);
  expect(await lostOf(on('early', DEAD_MS - 1), on('late', DEAD_MS))).toEqual(['late']);
});

test('an open workflow keeps the lease unless it asks for another one by now (R-SYS-016)', async () => {
  const held = { leaseId: 'held', workflowId: 'open', silentMs: DEAD_MS };
  expect(await lostOf(held)).toEqual([]);
  expect(await lostOf({ ...held, superseded: true })).toEqual(['held']);
  expect(await lostOf({ ...held, superseded: true, silentMs: 1 })).toEqual([]);
});

const run = { agent: 'role:qa', taskId: '7', pool: 'roles', grantedAt: 0, heldMicroUsd: 400_000 };
const held: Holder = { leaseId: 'a', workflowId: 'closed', run };

test('the run of a lost lease is booked at what was held for it (R-PROD-052)', async () => {
  const book = aBook({}, ['a']);
  expect(await lookAt([held], book)).toEqual([{ leaseId: 'a' }]);
  expect(Object.values(book.rows)).toMatchObject([
    {
      ...{ runId: 'a', agent: 'qa', day: '1970-01-01', surface: 'role', taskId: '7', jobId: null },
      ...{ microUsd: 400_000, reportedMicroUsd: null, computedMicroUsd: null, known: false },
    },
  ]);
});

test('a lost lease whose cost is booked is released with that cost and its fee (R-PROD-052, R-PROD-014)', async () => {
  const booked = { agent: 'qa', microUsd: 30_000, known: true };
  const usage = { costMicroUsd: 30_000, outcome: 'none', agent: 'qa' };
  expect(await lookAt([held], aBook({ a: booked }))).toEqual([{ leaseId: 'a', usage }]);
  const withFee = { ...usage, feeMicroUsd: 5 };
  expect(await lookAt([held], aBook({ a: booked }, [], 5))).toEqual([{ leaseId: 'a', usage: withFee }]);
  const { run: _, ...unbudgeted } = held;
  expect(await lookAt([unbudgeted], aBook({ a: booked }))).toEqual([{ leaseId: 'a', usage }]);
});

test('a lost lease that never became a run costs nothing, but the fee of a claimed task (R-PROD-052, R-PROD-014)', async () => {
  const usage = { costMicroUsd: 0, outcome: 'none' };
  const book = aBook({}, [], 5);
  expect(await lookAt([held], book)).toEqual([{ leaseId: 'a', usage }]);
  expect(book.rows).toEqual({});
  const claimed = { ...held, run: { ...run, taskId: 'claimed-by-a' } };
  expect(await lookAt([claimed], book)).toEqual([{ leaseId: 'a', usage: { ...usage, feeMicroUsd: 5 } }]);
  const seen = { ...held, silentMs: DEAD_MS };
  expect(await lookAt([seen], aBook())).toEqual([{ leaseId: 'a' }]);
});

test('a save that takes long does not come over a later one (R-SYS-019)', async () => {
  const written: string[] = [];
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const records = {
    async saveGovernor({ project }: { project: string }) {
      if (project === 'first') await held;
      written.push(project);
      return [];
    },
    putTaskStates: async () => undefined,
    listTaskStates: async () => [],
  };
  const notices = { raise: async () => true, resolve: async () => false };
  const activities = createGovernorActivities({ store: { records }, notices } as unknown as ActivityPorts);
  const save = (project: string) => {
    const state = { ...initialGovernor({ project, pools: {}, knownHosts: [], now: 0 }) };
    return activities.saveGovernor({ state });
  };
  const both = [save('first'), save('second')];
  letGo();
  await Promise.all(both);
  expect(written).toEqual(['first', 'second']);
});

test('a write that came too late tells nobody of a brake that has turned since (R-SYS-019)', async () => {
  const told: string[] = [];
  const records = {
    saveGovernor: async ({ saved }: { saved?: { count: number } }) => (saved?.count === 1 ? null : []),
    putTaskStates: async () => undefined,
    listTaskStates: async () => [],
  };
  const notices = {
    raise: async ({ key }: { key: string }) => void told.push(`raise ${key}`),
    resolve: async (key: string) => void told.push(`resolve ${key}`),
  };
  const ports = { store: { records }, notices, board: {} };
  const activities = createGovernorActivities(ports as unknown as ActivityPorts);
  const state = initialGovernor({ project: 'shop', pools: {}, knownHosts: [], now: 0 });
  const armed = { ...state.brake, armed: true, epoch: 1 };
  const write = (count: number, brake: typeof armed) =>
    activities.saveGovernor({ state: { ...state, brake, saved: { governor: 'one', count } } });
  await write(2, armed);
  await write(1, state.brake);
  expect(told).toEqual(['raise kill-switch']);
});
