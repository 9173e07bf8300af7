import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aRun, type HttpProject, startHttpProject } from '../helpers/http-project.ts';

let project: HttpProject;
beforeEach(async () => {
  project = await startHttpProject();
});
afterEach(() => project.close());

const records = () => project.context.store.records;
const projection = () => project.context.store.projection;
const aHost = { hostId: 'host-1', hostname: 'box', pid: 1, bootId: 'b', slots: 3, lastSeen: Date.now() };

test('the kill switch stops, shows who and why, and names the hosts that stay silent (R-SYS-019)', async () => {
  const { call, control } = project;
  expect((await call('POST', '/kill-switch', { reason: 'too expensive', now: true })).json).toMatchObject({
    armed: true,
    epoch: 1,
  });
  expect((await call('GET', '/kill-switch')).json).toMatchObject({
    armed: true,
    reason: 'too expensive',
    by: 'local',
  });
  expect((await call('GET', '/status')).json).toMatchObject({
    state: 'stopped',
    kill_switch: { armed: true },
  });
  control.silentHosts = ['host-7'];
  const unconfirmed = await call('POST', '/kill-switch', {});
  expect([unconfirmed.status, unconfirmed.json.code]).toEqual([504, 'brake-unconfirmed']);
  expect(unconfirmed.json.details.unconfirmed).toEqual(['host-7']);
  expect((await call('DELETE', '/kill-switch')).json).toMatchObject({ armed: false });
  expect((await call('GET', '/kill-switch')).json.armed).toBe(false);
});

test('project, route and agent are paused and go on, one by one or all at once (R-SYS-020)', async () => {
  const { call } = project;
  expect((await call('POST', '/pause', { scope: 'route', name: 'Todo', reason: 'holiday' })).status).toBe(
    200,
  );
  expect((await call('POST', '/pause', {})).json).toEqual({ status: 'ok', scope: 'project', name: null });
  const { json } = await call('GET', '/status');
  expect(json.state).toBe('paused');
  expect(json.pauses).toMatchObject([
    { scope: 'route', name: 'Todo', reason: 'holiday' },
    { scope: 'project' },
  ]);
  await call('POST', '/unpause', {});
  expect((await call('GET', '/status')).json).toMatchObject({
    state: 'running',
    pauses: [{ scope: 'route' }],
  });
  await call('POST', '/unpause', { all: true });
  expect((await call('GET', '/status')).json.pauses).toEqual([]);
  expect((await call('POST', '/pause', { scope: 'agent' })).json.error).toContain('name');
});

test('with queue management off, queues and routes are read only and tasks are not (R-ART-100, R-ART-110)', async () => {
  const own = await startHttpProject({ api: { enableQueueManagement: false } });
  for (const [method, path] of [
    ['POST', '/queues'],
    ['PATCH', '/queues/Todo'],
    ['DELETE', '/queues/Todo'],
    ['POST', '/routes'],
    ['PATCH', '/routes/Todo'],
    ['DELETE', '/routes/Todo'],
  ] as const) {
    const { status, json } = await own.call(method, path, 'not even JSON');
    expect([method, path, status, json.error]).toEqual([method, path, 403, 'Queue management is disabled']);
  }
  expect((await own.call('GET', '/queues/Todo')).status).toBe(200);
  expect((await own.call('GET', '/routes/Todo')).status).toBe(200);
  expect((await own.call('POST', '/tasks', { queue_name: 'Todo', name: 'x' })).status).toBe(201);
  await own.close();
});

test('a write under a key is done once, and another body under it is a conflict (R-SYS-004)', async () => {
  const { call, control } = project;
  const key = { 'idempotency-key': 'k-1' };
  const task = { queue_name: 'Todo', name: 'Once' };
  const [first, second] = [await call('POST', '/tasks', task, key), await call('POST', '/tasks', task, key)];
  expect([first.status, second.status, second.json.id]).toEqual([201, 201, first.json.id]);
  const other = await call('POST', '/tasks', { ...task, name: 'Other' }, key);
  expect([other.status, other.json.code]).toEqual([409, 'idempotency-mismatch']);
  control.isSlow = true;
  const accepted = await call(
    'POST',
    '/tasks/1/comments',
    { comment: 'later' },
    { 'idempotency-key': 'a/b' },
  );
  expect([accepted.status, accepted.headers.get('location')]).toEqual([202, '/commands/a%2Fb']);
  expect(accepted.json).toMatchObject({ status: 'accepted', key: 'a/b' });
  const place = accepted.headers.get('location') ?? '';
  expect((await call('GET', place)).json).toMatchObject({ state: 'accepted', answer: null });
  await control.catchUp();
  expect((await call('GET', place)).json).toMatchObject({ state: 'done', operation: 'add-comment' });
  expect((await call('POST', '/tasks', task, { 'idempotency-key': 'x'.repeat(256) })).status).toBe(400);
});

test('a renamed queue takes its routes along; a used one is deleted only by force (R-ART-104, R-ART-105)', async () => {
  const { call } = project;
  expect((await call('PATCH', '/queues/Failed', { name: 'Broken' })).status).toBe(200);
  expect((await call('GET', '/routes/Todo')).json.dead_letter_queue).toBe('Broken');
  await call('PATCH', '/queues/Todo', { name: 'Backlog' });
  expect((await call('GET', '/routes/Backlog')).json.in_progress_queue).toBe('In Progress');
  const used = await call('DELETE', '/queues/Backlog?move_to=Done');
  expect([used.status, used.json.details.users]).toEqual([409, ['route Backlog (source)']]);
  expect((await call('DELETE', '/queues/Backlog?move_to=Done&force=true')).status).toBe(200);
  expect((await call('GET', '/queues/Done')).json.task_count).toBe(2);
});

test('a write is followed by its trail, and unknown keys are ignored (R-ART-079, R-ART-109)', async () => {
  const { call } = project;
  await call('PATCH', '/routes/Todo', { priority: 7, env: { TOKEN: 'secret' }, colour: 'red' });
  const { text, json } = await call('GET', '/audit?limit=5');
  expect(json[0]).toMatchObject({
    channel: 'http',
    actor: 'local',
    action: 'update-route',
    subject: 'Todo',
    detail: { priority: 7, env: ['TOKEN'] },
  });
  expect(text).not.toContain('secret');
  expect(text).not.toContain('colour');
});

test('why has one honest sentence for each place a task can be in', async () => {
  const { call, context } = project;
  const why = async (id = '1') => {
    const { json } = await call('GET', `/tasks/${id}/why`);
    return [json.code, json.reason] as [string, string];
  };
  expect((await why())[0]).toBe('no-host');
  await records().putHost({ ...aHost, lastSeen: Date.now() });
  expect(await why()).toEqual(['due', expect.stringContaining('first in Todo')]);
  expect(await why('2')).toEqual(['due', expect.stringContaining('1 task is before it')]);
  await call('POST', '/pause', { scope: 'route', name: 'Todo', reason: 'holiday' });
  expect(await why()).toEqual(['paused', 'route "Todo" is paused by local: holiday']);
  await call('POST', '/kill-switch', { reason: 'fire' });
  expect(await why()).toEqual(['brake', 'the brake is armed by local: fire']);
  await call('DELETE', '/kill-switch');
  await records().putTaskState('1', {
    status: 'waiting',
    sourceQueue: 'Todo',
    blockedCode: 'no-slot',
    blockedText: 'waiting for a slot',
  });
  expect(await why()).toEqual(['no-slot', 'waiting for a slot']);
  await context.board.moveTask('1', 'In Progress');
  await projection().putRun(aRun());
  expect(await why()).toEqual([
    'running',
    expect.stringMatching(/^agent engineer has been running since .+ \(run 1\)$/),
  ]);
  await projection().patchRun('run-1', { status: 'finished', endedAt: Date.now() });
  const ended = { inProgressQueue: 'In Progress', runCount: 3, lastReason: 'exited with code 3' };
  for (const [status, code] of [
    ['claimed', 'starting'],
    ['stuck', 'stuck'],
    ['cancelled', 'cancelled'],
    ['done', 'finished'],
  ] as const) {
    await records().putTaskState('1', { status, ...ended });
    expect((await why())[0]).toBe(code);
  }
  await context.board.moveTask('1', 'Failed');
  await records().putTaskState('1', { status: 'dead' });
  expect(await why()).toEqual(['dead-lettered', 'dead-lettered after 3 runs: exited with code 3']);
  await context.board.moveTask('2', 'Done');
  expect(await why('2')).toEqual(['no-route', 'no route watches queue Done']);
  await context.board.moveTask('2', 'In Progress');
  expect((await why('2'))[0]).toBe('not-ours');
});

test('what was given up is listed, shown with its runs, and put back (R-ART-066)', async () => {
  const { call, context } = project;
  await context.board.moveTask('1', 'Failed');
  await records().putTaskState('1', {
    status: 'dead',
    sourceQueue: 'Todo',
    retryCount: 2,
    runCount: 3,
    lastReason: 'timed out',
  });
  await context.board.moveTask('2', 'In Progress');
  await records().putTaskState('2', { status: 'stuck', sourceQueue: 'Todo', inProgressQueue: 'In Progress' });
  await projection().putRun(aRun({ status: 'finished', outcome: 'timed_out', endedAt: Date.now() }));
  const list = await call('GET', '/dead-letter');
  expect(list.json).toMatchObject([
    { task_id: '1', kind: 'dead-lettered', source_queue: 'Todo', runs: 3, reason: 'timed out' },
    { task_id: '2', kind: 'stuck', queue_name: 'In Progress' },
  ]);
  expect((await call('GET', '/tasks/2')).json).toMatchObject({ stuck: true, state: 'stuck' });
  expect((await call('GET', '/dead-letter/1')).json.last_runs).toHaveLength(1);
  expect((await call('POST', '/dead-letter/1/redrive')).json.queue_name).toBe('Todo');
  expect((await call('POST', '/tasks/2/retry')).json.queue_name).toBe('Todo');
  expect((await call('GET', '/dead-letter')).json).toEqual([]);
  expect((await call('GET', '/tasks?queue=Todo&limit=1')).json).toHaveLength(1);
});

test("a run's output is read piece by piece, only from the state directory (S9)", async () => {
  const { call, stateDir } = project;
  mkdirSync(join(stateDir, 'output'));
  const outputPath = join(stateDir, 'output', 'run-1.log');
  writeFileSync(outputPath, 'hello world');
  symlinkSync('/etc/hostname', join(stateDir, 'link.log'));
  await projection().putRun(aRun({ outputPath }));
  await projection().putRun(aRun({ runId: 'run-2', outputPath: join(stateDir, 'link.log'), tail: 'kept' }));
  expect((await call('GET', '/runs/run-1/output?bytes=5')).json).toMatchObject({
    offset: 6,
    text: 'world',
    size: 11,
  });
  expect((await call('GET', '/runs/run-1/output?offset=0&bytes=5')).json).toMatchObject({
    text: 'hello',
    next_offset: 5,
  });
  expect((await call('GET', '/runs/run-2/output')).json).toMatchObject({ text: 'kept', tail_only: true });
  expect((await call('GET', '/runs')).json).toHaveLength(2);
  expect((await call('GET', '/runs/run-1')).json).toMatchObject({
    prompt: 'Work on 1',
    env_keys: ['TASK_ID'],
  });
});

test('hosts are listed with their state and forgotten on request; readiness follows', async () => {
  const { call } = project;
  expect((await call('GET', '/readyz')).json.code).toBe('no-worker');
  await records().putHost({ ...aHost, lastSeen: Date.now() });
  expect((await call('GET', '/readyz')).json).toEqual({ status: 'ready', hosts: 1 });
  expect((await call('GET', '/hosts')).json).toMatchObject([{ host_id: 'host-1', live: true }]);
  expect((await call('DELETE', '/hosts/host-1')).status).toBe(200);
  expect((await call('GET', '/hosts')).json).toEqual([]);
});

test('metrics tell queue depth, slots, waiting, brake and what ended since they are watched', async () => {
  const { call } = project;
  await call('GET', '/metrics');
  await projection().putRun(aRun());
  await records().putTaskState('2', { status: 'waiting', blockedCode: 'no-slot' });
  const event = { task_id: '1', run_id: 'run-1', attempt: 1 } as const;
  await projection().appendEvents([
    { ...event, type: 'retry', data: {} },
    { ...event, type: 'end', data: { outcome: 'failed' } },
  ]);
  const { text, headers } = await call('GET', '/metrics');
  expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  for (const line of [
    'dispatch_queue_tasks{queue="Todo"} 2',
    'dispatch_running_agents 1',
    'dispatch_free_slots 2',
    'dispatch_brake_armed 0',
    'dispatch_waiting_tasks{reason="no-slot"} 1',
    'dispatch_runs_total{outcome="failed"} 1',
    'dispatch_retries_total 1',
    'dispatch_build_info{version="0.1.0"} 1',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(text).toMatch(/dispatch_http_requests_total\{status="200"\} \d+/);
});

test('the OpenAPI document has every path of the table (R-ART-077)', async () => {
  const { json } = await project.call('GET', '/openapi.json');
  expect(json.openapi).toBe('3.1.0');
  expect(Object.keys(json.paths['/tasks/{task_id}'])).toEqual(['get', 'patch']);
  expect(json.paths['/tasks'].post.requestBody.content['application/json'].schema.required).toEqual([
    'queue_name',
    'name',
  ]);
  expect(
    json.paths['/queues/{queue_name}'].delete.parameters.map(({ name }: { name: string }) => name),
  ).toEqual(['move_to', 'force', 'queue_name']);
});
