import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { governorWorkflowId, taskWorkflowId } from '../../src/core/ids.ts';
import { budgetQuery } from '../../src/workflows/messages.ts';
import { aProject, settledIn, type TestProject, until } from '../helpers/project.ts';
import { aProcess } from '../helpers/project-process.ts';

const RESERVED = 400_000;
const COST = 300_000;

/** A project whose one agent waits for a file `go` and then says what it cost. */
const aScene = () =>
  aProject({
    queues: { Todo: [{ id: '1', name: 'a' }], 'In Progress': [], Done: [], Failed: [] },
    agents: {
      worker: 'while [ ! -e go ]; do sleep 0.05; done; echo 0.3 > "$DISPATCH_COST_FILE"',
    },
    routes: [{ queue_name: 'Todo', agent: 'worker', completed_queue: 'Done' }],
    config: {
      api_port: 0,
      budget: { project_ceiling_usd: 20, agents: { worker: { dispatch_reservation_usd: 0.4 } } },
    },
    worker: false,
  });

const booked = (p: TestProject) => p.project.context.store.records.listSpend({ limit: 100 });
const runs = (p: TestProject) => p.project.context.store.projection.listRuns({ taskId: '1', limit: 100 });

async function spentOf({ project }: TestProject): Promise<number | undefined> {
  const client = await project.client();
  const handle = client.workflow.getHandle(governorWorkflowId(project.settings().project));
  return (await handle.query(budgetQuery))?.spent.total;
}

test('killed between the end of the agent and its report, a run is booked once, at its cost (R-PROD-052, R-SYS-018, I4)', async () => {
  const p = await aScene();
  const first = await aProcess(p);
  writeFileSync(join(p.dir, 'go'), '');
  // The row is there before the end is reported: this is the moment.
  const [row] = await until('the cost is booked', async () => {
    const rows = await booked(p);
    return rows.length > 0 && rows;
  });
  await first.kill();
  const second = await aProcess(p);
  await settledIn(p, '1', 'Done');
  const rows = await booked(p);
  // It may have been reported in time after all; if not it ran again, and that run cost money, too.
  expect(rows).toHaveLength((await runs(p)).length);
  expect(rows.find(({ runId }) => runId === row?.runId)).toEqual(row);
  expect(rows.every(({ microUsd, known }) => microUsd === COST && known)).toBe(true);
  await until('the governor has it all', async () => (await spentOf(p)) === rows.length * COST);
  await second.stop();
});

test('killed while its agent works, a run is booked at its reservation by whoever settles it (R-PROD-052, R-SYS-018)', async () => {
  const p = await aScene();
  const first = await aProcess(p);
  await until('it runs', async () => (await runs(p)).some(({ spawnedAt }) => spawnedAt !== null));
  await first.kill();
  const second = await aProcess(p);
  await until('it runs again', async () => (await runs(p)).length === 2);
  writeFileSync(join(p.dir, 'go'), '');
  await settledIn(p, '1', 'Done');
  const rows = await booked(p);
  expect(rows.map(({ microUsd, known }) => ({ microUsd, known }))).toEqual([
    { microUsd: COST, known: true },
    { microUsd: RESERVED, known: false },
  ]);
  expect(await spentOf(p)).toBe(COST + RESERVED);
  const lost = (await runs(p)).find(({ outcome }) => outcome === 'worker_lost');
  expect(rows[1]?.runId).toBe(lost?.runId);
  expect(existsSync(join(p.dir, 'go'))).toBe(true);
  await second.stop();
});

test('its workflow terminated, a run is ended, its slot given back and its cost booked once (R-PROD-052, R-SYS-018)', async () => {
  const p = await aProject({
    queues: { Todo: [{ id: '1', name: 'a' }], 'In Progress': [], Done: [], Failed: [] },
    agents: { worker: 'echo 0.3 > "$DISPATCH_COST_FILE"; sleep 600' },
    routes: [{ queue_name: 'Todo', agent: 'worker', completed_queue: 'Done' }],
    config: { budget: { project_ceiling_usd: 20 } },
  });
  await until('it runs', async () => (await runs(p)).some(({ spawnedAt }) => spawnedAt !== null));
  const client = await p.project.client();
  const { project } = p.project.settings();
  await client.workflow.getHandle(taskWorkflowId(project, '1')).terminate('by a test');
  await until('the governor has it', async () => (await spentOf(p)) === COST, 30_000);
  const rows = await booked(p);
  expect(rows.filter(({ microUsd, known }) => microUsd === COST && known)).toHaveLength(1);
});
