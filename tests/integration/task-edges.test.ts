import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createMemoryBoard } from '../../src/adapters/boards/memory-board.ts';
import { startApi } from '../../src/compose-api.ts';
import { taskWorkflowId } from '../../src/core/ids.ts';
import { aProject, settledIn, type TestProject, until } from '../helpers/project.ts';

const QUEUES = { Todo: [{ id: '1', name: 'one' }], 'In Progress': [], Done: [], Failed: [] };

/** Runs of a task, oldest first. */
async function runsOf({ project }: TestProject, taskId: string) {
  return (await project.context.store.projection.listRuns({ taskId, limit: 9 })).toReversed();
}

test('a task is in progress and assigned before its agent exists (R-ART-030)', async () => {
  const p = await aProject({
    queues: QUEUES,
    agents: { look: 'cat board.json > seen.json' },
    routes: [{ queue_name: 'Todo', agent: 'look', assignee: 'robot', completed_queue: 'Done' }],
  });
  await settledIn(p, '1', 'Done');
  const seen = JSON.parse(readFileSync(join(p.dir, 'seen.json'), 'utf8'));
  expect(seen.queues['In Progress']).toMatchObject([{ id: '1', assignees: ['robot'] }]);
});

test('two routes with one in-progress queue each get their own task back (R-ART-025)', async () => {
  const p = await aProject({
    queues: { ...QUEUES, Other: [{ id: '2', name: 'two' }] },
    agents: { bad: 'exit 1' },
    routes: [
      { queue_name: 'Todo', agent: 'bad', max_retries: 1, dead_letter_queue: 'Failed' },
      { queue_name: 'Other', agent: 'bad', max_retries: 1, dead_letter_queue: 'Done' },
    ],
  });
  await Promise.all([settledIn(p, '1', 'Failed'), settledIn(p, '2', 'Done')]);
  expect((await runsOf(p, '1')).map(({ queueName }) => queueName)).toEqual(['Todo', 'Todo']);
  expect((await runsOf(p, '2')).map(({ queueName }) => queueName)).toEqual(['Other', 'Other']);
});

test('a task moved back to its source queue by its own agent runs again only after the run (R-ART-060)', async () => {
  const p = await aProject({
    queues: QUEUES,
    agents: {
      again: `test -f once && exit 0; touch once
curl -sf "$DISPATCH_API_URL/tasks/1/move" -d '{"target_queue":"Todo"}' > /dev/null || exit 9
sleep 1.5`,
    },
    routes: [{ queue_name: 'Todo', agent: 'again', completed_queue: 'Done' }],
    config: { api_port: 0 },
    worker: false,
  });
  const api = await startApi(p.project);
  onTestFinished(() => api.close());
  await p.startWorker();
  await settledIn(p, '1', 'Done');
  const [first, second] = await runsOf(p, '1');
  expect(first?.outcome).toBe('success');
  expect(second?.startedAt).toBeGreaterThanOrEqual(first?.endedAt ?? Number.POSITIVE_INFINITY);
});

test('a dead-letter queue that does not exist leaves the task in place, flagged (R-ART-068)', async () => {
  const p = await aProject({
    queues: QUEUES,
    agents: { bad: 'exit 1' },
    routes: [{ queue_name: 'Todo', agent: 'bad', dead_letter_queue: 'Nowhere' }],
  });
  await settledIn(p, '1', 'In Progress');
  expect(await p.project.context.store.records.getTaskState('1')).toMatchObject({
    status: 'stuck',
    anomaly: 'dead-letter queue "Nowhere" does not exist; left in place',
  });
});

test('with queue management on a missing dead-letter queue is made (R-ART-068)', async () => {
  const p = await aProject({
    queues: QUEUES,
    agents: { bad: 'exit 1' },
    routes: [{ queue_name: 'Todo', agent: 'bad', dead_letter_queue: 'Nowhere' }],
    config: { enable_queue_management: true },
  });
  await settledIn(p, '1', 'Nowhere');
});

test('the router outlives a board that cannot be read: it says so, and goes on when it can (R-ART-034)', async () => {
  const board = createMemoryBoard({ Todo: [{ id: '1', name: 'one' }], 'In Progress': [], Done: [] });
  let away = true;
  const p = await aProject({
    agents: { ok: 'exit 0' },
    routes: [{ queue_name: 'Todo', agent: 'ok', completed_queue: 'Done', poll_interval: 0.2 }],
    board: {
      ...board,
      async getReadyTasks(queues) {
        if (away) throw new Error('the board is away');
        return board.getReadyTasks(queues);
      },
    },
  });
  await until('a warning', () => p.logged.some(({ facts }) => String(facts.error).includes('is away')));
  away = false;
  await settledIn(p, '1', 'Done');
});

test('each change of a task is one log line with its facts (R-ART-120)', async () => {
  const p = await aProject({
    queues: QUEUES,
    agents: { bad: 'exit 1' },
    routes: [{ queue_name: 'Todo', agent: 'bad', max_retries: 1, dead_letter_queue: 'Failed' }],
  });
  await settledIn(p, '1', 'Failed');
  const lines = p.logged.filter(({ facts }) => facts.taskId === '1');
  const runs = await runsOf(p, '1');
  for (const { runId, attempt } of runs) {
    const ofRun = lines.filter(({ facts }) => facts.runId === runId);
    const messages = ofRun.map(({ message }) => message);
    for (const message of ['task picked up', 'agent spawned', 'agent finished']) {
      expect(
        messages.filter((one) => one === message),
        message,
      ).toHaveLength(1);
    }
    expect(ofRun[0]?.facts).toMatchObject({ taskId: '1', queue: 'Todo', attempt });
  }
  expect(lines.map(({ message }) => message)).toContain('task dead-lettered');
});

test('a session id is there before the first run and the same for its retries (R-SYS-007)', async () => {
  const p = await aProject({
    queues: QUEUES,
    agents: { bad: 'exit 1' },
    routes: [{ queue_name: 'Todo', agent: 'bad', max_retries: 1, dead_letter_queue: 'Failed' }],
  });
  await settledIn(p, '1', 'Failed');
  const sessions = (await runsOf(p, '1')).map(({ sessionId }) => sessionId);
  expect(sessions).toHaveLength(2);
  expect(new Set(sessions).size).toBe(1);
  expect(sessions[0]).toMatch(/^[0-9a-f-]{36}$/);
});

test('a task workflow is found by its search attributes and takes at most 20 events for a success (R-SYS-013)', async () => {
  const p = await aProject({
    queues: QUEUES,
    agents: { ok: 'exit 0' },
    routes: [{ queue_name: 'Todo', agent: 'ok', completed_queue: 'Done' }],
  });
  await settledIn(p, '1', 'Done');
  const client = await p.project.client();
  const { project } = p.project.settings();
  const handle = client.workflow.getHandle(taskWorkflowId(project, '1'));
  await handle.result();
  const { searchAttributes, historyLength } = await handle.describe();
  expect(searchAttributes).toMatchObject({
    Project: [project],
    Surface: ['route'],
    TaskId: ['1'],
    Queue: ['Todo'],
    Agent: ['ok'],
    DispatchState: ['finished'],
  });
  expect(historyLength).toBeLessThanOrEqual(20);
  const query = `Project = "${project}" AND TaskId = "1" AND DispatchState = "finished"`;
  await until('it is listed', async () => (await client.workflow.count(query)).count === 1);
});

test('with every slot taken reads and writes answer, and what was written is read (R-ART-083, R-ART-084)', async () => {
  const p = await aProject({
    queues: QUEUES,
    agents: { hang: 'exec sleep 100' },
    routes: [{ queue_name: 'Todo', agent: 'hang' }],
    config: { api_port: 0, max_concurrent_agents: 1 },
  });
  const api = await startApi(p.project);
  onTestFinished(() => api.close());
  const call = async (path: string, body?: object, method = 'POST') => {
    const init = body === undefined ? {} : { method, body: JSON.stringify(body) };
    const response = await fetch(api.url + path, { ...init, signal: AbortSignal.timeout(8_000) });
    expect(response.ok, path).toBe(true);
    return response.json() as Promise<Record<string, unknown>>;
  };
  await until('the slot is taken', async () => (await call('/status')).active_agents === 1);
  const { id } = await call('/tasks', { queue_name: 'Done', name: 'new' });
  expect(await call(`/tasks/${id}`)).toMatchObject({ name: 'new', queue_name: 'Done' });
  await call(`/tasks/${id}`, { name: 'newer' }, 'PATCH');
  expect(await call(`/tasks/${id}`)).toMatchObject({ name: 'newer' });
  await call(`/tasks/${id}/comments`, { comment: 'seen' });
  await call(`/tasks/${id}/move`, { target_queue: 'Failed' });
  expect(await call(`/tasks/${id}`)).toMatchObject({ queue_name: 'Failed', comments: [{ text: 'seen' }] });
});

test('a finished task goes on to the next route before a new one starts, also by completed_queue (R-ART-040, R-ART-059)', async () => {
  const p = await aProject({
    queues: { Todo: [], 'In Progress': [], QA: [], Done: [] },
    agents: { log: `echo "$TASK_QUEUE/$TASK_ID" >> order.txt` },
    routes: [
      { queue_name: 'QA', agent: 'log', priority: 1, completed_queue: 'Done' },
      { queue_name: 'Todo', agent: 'log', priority: 2, completed_queue: 'QA' },
    ],
    config: { max_concurrent_agents: 1 },
    worker: false,
  });
  p.saveBoard({ Todo: ['1', '2', '3'].map((id) => ({ id, name: id })), 'In Progress': [], QA: [], Done: [] });
  await p.startWorker();
  for (const id of ['1', '2', '3']) await settledIn(p, id, 'Done');
  const order = readFileSync(`${p.dir}/order.txt`, 'utf8').trim().split('\n');
  expect(order).toEqual(['Todo/1', 'QA/1', 'Todo/2', 'QA/2', 'Todo/3', 'QA/3']);
});

test('a completed queue that does not exist leaves the task in place, flagged, and its slot free (R-ART-068)', async () => {
  const p = await aProject({
    queues: { Todo: [{ id: '1', name: 'one' }], 'In Progress': [] },
    agents: { ok: 'exit 0' },
    routes: [{ queue_name: 'Todo', agent: 'ok', completed_queue: 'Nowhere' }],
  });
  await settledIn(p, '1', 'In Progress');
  const state = await until('the flag', async () => {
    const found = await p.project.context.store.records.getTaskState('1');
    return found?.status === 'stuck' && found;
  });
  expect(state.anomaly).toBe('completed queue "Nowhere" does not exist; left in place');
  await until('the slot', async () => {
    const governor = await p.project.context.control.governor();
    return governor !== null && Object.keys(governor.leases).length === 0;
  });
});
