import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settingsFromCode } from '../../src/adapters/config/settings-from-code.ts';
import { openProject } from '../../src/compose.ts';
import { JsonFileAdapter, type RunEvent } from '../../src/index.ts';
import { aDispatcher, commented, inQueue } from '../helpers/dispatcher.ts';
import { until } from '../helpers/project.ts';

const MOVE_TO_DONE = `node -e "fetch(process.env.DISPATCH_API_URL+'/tasks/'+process.env.TASK_ID+'/move',{method:'POST',body:JSON.stringify({target_queue:'Done'})}).then(async(r)=>{if(!r.ok)throw await r.text()})"`;

test('a task is taken, run with command, args and prompt, and moved on by its agent (R-ART-001, 013, 014, 016, 017, 018)', async () => {
  const t = aDispatcher(
    { command: './agent.sh', max_concurrent_agents: 1 },
    { Todo: [{ id: '7', name: 'Paint the fence' }] },
    { agent: `printf '%s|' "$@" > argv.txt\n${MOVE_TO_DONE}` },
  );
  const seen: unknown[] = [];
  const handler = (task_id: string, task_name: string, task: { queueName: string }) => {
    seen.push(task_id, task_name, task.queueName);
    return `Work on task ${task_id}: "${task_name}".`;
  };
  expect(t.dispatcher.route({ queue_name: 'Todo', args: ['--agent', 'engineer', '-p'] }, handler)).toBe(
    handler,
  );
  expect(t.dispatcher.url).toBeNull();
  const running = await t.dispatcher.start();
  expect(running.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await inQueue(t, '7', 'Done');
  expect(readFileSync(join(t.dir, 'argv.txt'), 'utf8')).toBe(
    '--agent|engineer|-p|Work on task 7: "Paint the fence".|',
  );
  expect(seen).toEqual(['7', 'Paint the fence', 'In Progress']);
  expect(await t.get('/routes/Todo')).toMatchObject({ command: './agent.sh', origin: 'code' });
});

test('camelCase options and asynchronous prompts do the same; a route template needs no function (R-ART-024)', async () => {
  const t = aDispatcher(
    { maxConcurrentAgents: 2, deadLetterQueue: 'Failed' },
    { Todo: [{ id: '1', name: 'a' }], Review: [{ id: '2', name: 'b' }], Reviewing: [] },
    { agent: 'echo "$1" >> prompts.txt' },
  );
  t.dispatcher.route({ queueName: 'Todo', command: './agent.sh', completedQueue: 'Done' }, async (id) => {
    await new Promise((resolve) => setImmediate(resolve));
    return `async ${id}`;
  });
  t.dispatcher.route({
    queue_name: 'Review',
    in_progress_queue: 'Reviewing',
    command: ['./agent.sh'],
    prompt_template: 'review {task_id}',
    completed_queue: 'Done',
  });
  await t.dispatcher.start();
  await Promise.all([inQueue(t, '1', 'Done'), inQueue(t, '2', 'Done')]);
  expect(readFileSync(join(t.dir, 'prompts.txt'), 'utf8').split('\n').sort()).toEqual([
    '',
    'async 1',
    'review 2',
  ]);
});

test('a prompt function that throws costs an attempt, says so and loses nothing (R-ART-023)', async () => {
  const t = aDispatcher(
    { command: './agent.sh', dead_letter_queue: 'Failed' },
    { Todo: [{ id: '1', name: 'a' }] },
    { agent: 'exit 0' },
  );
  t.dispatcher.route({ queue_name: 'Todo', max_retries: 1 }, () => {
    throw new Error('no idea');
  });
  await t.dispatcher.start();
  const task = await inQueue(t, '1', 'Failed');
  expect(task.comments.map(({ text }) => text)[0]).toContain('Retry 1/1: prompt failed: no idea.');
});

test('stopping ends the agent, gives its task back uncounted, and it can be started again (R-ART-015)', async () => {
  const t = aDispatcher(
    { command: './agent.sh' },
    { Todo: [{ id: '1', name: 'a' }] },
    { agent: 'test -f go && exit 0\ntouch waiting\nexec sleep 100' },
  );
  t.dispatcher.route({ queue_name: 'Todo', completed_queue: 'Done' }, (id) => id);
  await t.dispatcher.start();
  await expect(t.dispatcher.start()).rejects.toMatchObject({ code: 'already-running' });
  await inQueue(t, '1', 'In Progress');
  await until('the agent runs', async () => (await t.get<unknown[]>('/agents')).length === 1);
  await Promise.all([t.dispatcher.stop(), t.dispatcher.stop()]);
  const task = await inQueue(t, '1', 'Todo');
  expect(task.comments ?? []).toEqual([]);
  expect(t.dispatcher.url).toBeNull();
  writeFileSync(join(t.dir, 'go'), '');
  await t.dispatcher.start();
  await inQueue(t, '1', 'Done');
});

test('run() blocks until it is stopped and logs at level debug when asked (R-ART-013, R-ART-119)', async () => {
  const t = aDispatcher({ command: 'true' });
  t.dispatcher.route({ queue_name: 'Todo' }, (id) => id);
  let isOver = false;
  const listeners = process.listenerCount('SIGTERM');
  const run = t.dispatcher.run({ debug: true }).then(() => {
    isOver = true;
  });
  await until('it is up', () => t.dispatcher.url);
  expect(isOver).toBe(false);
  expect(process.listenerCount('SIGTERM')).toBe(listeners + 1);
  await t.dispatcher.stop();
  await run;
  expect(process.listenerCount('SIGTERM')).toBe(listeners);
});

test('events of a run are on the stream under their usual names (R-ART-093)', async () => {
  const t = aDispatcher(
    { command: './agent.sh' },
    { Todo: [{ id: '1', name: 'a' }] },
    { agent: 'echo hello' },
  );
  t.dispatcher.route({ queue_name: 'Todo' }, (id) => id);
  await t.dispatcher.start();
  await commented(t, '1', 'finished without moving');
  const { events } = await t.get<{ events: RunEvent[] }>('/agents/1');
  expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['start', 'stdout', 'end']));
});

test('a second dispatcher on the same state directory is refused and told about the first', async () => {
  const first = aDispatcher({ command: 'true' });
  first.dispatcher.route({ queue_name: 'Todo' }, (id) => id);
  await first.dispatcher.start();
  const second = aDispatcher({
    command: 'true',
    base_dir: first.dir,
    queue_backend: new JsonFileAdapter(first.boardPath),
  });
  second.dispatcher.route({ queue_name: 'Todo' }, (id) => id);
  await expect(second.dispatcher.start()).rejects.toMatchObject({ code: 'already-running' });
});

test('a project whose board is in code cannot be served without that code (R-ART-112)', async () => {
  const t = aDispatcher({});
  const { settings } = settingsFromCode({ command: 'x' }, { baseDir: t.dir, env: {} });
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  await expect(openProject({ settings, env: {}, log })).rejects.toMatchObject({
    code: 'invalid-config',
    message: 'this project takes its board from code',
  });
});
