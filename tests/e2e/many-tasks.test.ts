import { Client, Connection } from '@temporalio/client';
import { expect, onTestFinished, test } from 'vitest';
import { createMemoryBoard } from '../../src/adapters/boards/memory-board.ts';
import { createNoopAgent } from '../helpers/noop-agent.ts';
import { aProject, until } from '../helpers/project.ts';
import { temporalAddress } from '../helpers/temporal-server.ts';

const TASKS = process.env.DISPATCH_TEST_ALL === '1' ? 1_000 : 300;
const SLOTS = 8;
const URGENT = 10;

test(`${TASKS} tasks (1,000 with DISPATCH_TEST_ALL=1) on 8 slots: each runs once, never more than 8 at a time, lower routes first, the backlog stays on the board (R-ART-006, 033, 037, 038, 039, 040, R-SYS-016, 035)`, async () => {
  const agent = createNoopAgent(5);
  const tasks = Array.from({ length: TASKS }, (_, index) => ({ id: `t${index}`, name: `task ${index}` }));
  const board = createMemoryBoard({ Urgent: [], Todo: tasks, 'In Progress': [], Done: [] });
  const p = await aProject({
    board,
    adapters: [agent],
    agents: { idle: 'exit 0' },
    routes: [
      { queue_name: 'Todo', agent: 'idle', completed_queue: 'Done', priority: 2 },
      { queue_name: 'Urgent', agent: 'idle', completed_queue: 'Done', priority: 1 },
    ],
    config: { max_concurrent_agents: SLOTS },
  });
  const connection = await Connection.connect({ address: temporalAddress() });
  onTestFinished(() => connection.close());
  const client = new Client({ connection });
  const openTasks = `Project = '${p.project.settings().project}' AND WorkflowType = 'taskWorkflow' AND ExecutionStatus = 'Running'`;
  let openMost = 0;
  let lookedAt = 0;
  const look = async () => {
    if (performance.now() - lookedAt < 500) return;
    lookedAt = performance.now();
    const { count } = await client.workflow.count(openTasks);
    openMost = Math.max(openMost, count);
  };

  const startedAt = performance.now();
  await until(
    'half of them ran',
    async () => {
      await look();
      return agent.runs.length >= TASKS / 2;
    },
    90_000,
  );
  const before = agent.runs.length;
  for (let index = 0; index < URGENT; index += 1) {
    await board.createTask('Urgent', `urgent ${index}`, '');
  }
  await until(
    'all ran',
    async () => {
      await look();
      return (await board.getQueue('Done')).taskCount === TASKS + URGENT;
    },
    90_000,
  );
  const perSecond = (TASKS / (performance.now() - startedAt)) * 1_000;

  const taskIds = agent.runs.map(({ taskId }) => taskId);
  expect(new Set(taskIds).size).toBe(TASKS + URGENT);
  expect(taskIds).toHaveLength(TASKS + URGENT);
  expect(Math.max(...agent.runs.map(({ alive }) => alive))).toBeLessThanOrEqual(SLOTS);
  // Those in their slots and those told to start already may still come before the urgent ones.
  const lastUrgent = Math.max(...taskIds.flatMap((id, index) => (id.startsWith('t') ? [] : [index])));
  console.log(
    `${perSecond.toFixed(0)} tasks/s; ${openMost} workflows open at most; last urgent start ${lastUrgent - before} after the first was added`,
  );
  expect(lastUrgent - before).toBeLessThanOrEqual(URGENT + 8 * SLOTS);
  // Board order, as far as tasks that start together in eight slots can show it.
  const order = taskIds.filter((id) => id.startsWith('t')).map((id) => Number(id.slice(1)));
  const displaced = Math.max(...order.map((id, index) => Math.abs(id - index)));
  expect(displaced).toBeLessThanOrEqual(3 * SLOTS);
  // The server's list hears of an end late, so it shows more than there are; the backlog is far more than that.
  expect(openMost).toBeLessThanOrEqual(2 * (SLOTS + 2 * Math.max(4, SLOTS)));
}, 200_000);
