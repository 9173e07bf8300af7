import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aRun, type HttpProject, startHttpProject } from '../helpers/http-project.ts';

const GOLDEN = JSON.parse(readFileSync(new URL('http-golden.json', import.meta.url), 'utf8'));

let project: HttpProject;

beforeAll(async () => {
  project = await startHttpProject();
  const { projection, records } = project.context.store;
  await projection.putRun(aRun({ taskId: '2', taskName: 'Write the page' }));
  const event = { task_id: '2', run_id: 'run-1', attempt: 1 } as const;
  await projection.appendEvents([
    { ...event, type: 'start', data: { agent: 'engineer' } },
    { ...event, type: 'end', data: { outcome: 'success', exit_code: 0, duration_seconds: 1 } },
  ]);
  await records.putTaskState('1', {
    status: 'waiting',
    retryCount: 2,
    blockedCode: 'no-slot',
    blockedText: 'next',
  });
});
afterAll(() => project.close());

/** Requests of the 19 endpoints in an order in which each finds what it needs. */
const EXCHANGES: readonly (readonly [method: string, path: string, body?: object])[] = [
  ['GET', '/status'],
  ['GET', '/agents'],
  ['GET', '/agents/2'],
  ['POST', '/tasks/1/comments', { comment: 'Looks good', author: 'ann' }],
  ['GET', '/tasks/1'],
  ['POST', '/tasks/1/move', { target_queue: 'Done' }],
  ['PATCH', '/tasks/1', { name: 'Login', description: 'New', labels: ['x'], assignees: [] }],
  ['POST', '/tasks', { queue_name: 'Todo', name: 'Third', description: 'More' }],
  ['GET', '/queues'],
  ['GET', '/queues/Todo'],
  ['POST', '/queues', { name: 'My Project.My Board.Todo' }],
  ['PATCH', '/queues/My%20Project.My%20Board.Todo', { name: 'Later' }],
  ['DELETE', '/queues/Later'],
  ['POST', '/routes', { queue_name: 'Done', timeout: 60, prompt_template: 'Check {task_id}' }],
  ['GET', '/routes'],
  ['GET', '/routes/Done'],
  ['PATCH', '/routes/Done', { priority: -1 }],
  ['DELETE', '/routes/Done'],
];

/** Keys and types of a JSON value; of an array its first element. */
function shapeOf(value: unknown): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, shapeOf(field)]));
}

test('status, type and shape of the 19 endpoints are the recorded ones (R-ART-073, 077, 081, 085, 086, 090, 091, 106, R-SYS-038)', async () => {
  const recorded = [];
  for (const [method, path, body] of EXCHANGES) {
    const { status, headers, json } = await project.call(method, path, body);
    recorded.push({
      request: `${method} ${path}`,
      status,
      type: headers.get('content-type'),
      shape: shapeOf(json),
    });
  }
  const stream = await fetch(`${project.server.url}/tasks/2/events`);
  recorded.push({
    request: 'GET /tasks/2/events',
    status: stream.status,
    type: stream.headers.get('content-type'),
    frames: (await stream.text()).replaceAll(/"ts":"[^"]*"/g, '"ts":"…"').split('\n'),
  });
  expect(recorded).toHaveLength(19);
  expect(recorded).toEqual(GOLDEN);
});

test('failures have the recorded statuses and one body shape (R-ART-080)', async () => {
  const failures: [number, string, string, string, object?][] = [
    [400, 'invalid-input', 'POST', '/tasks/1/comments', { comment: ' ' }],
    [400, 'invalid-input', 'POST', '/tasks/1/comments', { comment: 7 }],
    [400, 'invalid-input', 'POST', '/tasks/1/comments', {}],
    [400, 'invalid-input', 'PATCH', '/tasks/1', {}],
    [400, 'invalid-input', 'GET', '/tasks?limit=none'],
    [404, 'task-not-found', 'GET', '/tasks/nobody'],
    [404, 'task-not-found', 'GET', '/tasks/nobody/events'],
    [404, 'task-not-found', 'POST', '/tasks/nobody/comments', { comment: 'x' }],
    [404, 'queue-not-found', 'POST', '/tasks/1/move', { target_queue: 'Nowhere' }],
    [404, 'queue-not-found', 'POST', '/tasks', { queue_name: 'Nowhere', name: 'x' }],
    [404, 'queue-not-found', 'GET', '/queues/Nowhere'],
    [404, 'route-not-found', 'GET', '/routes/Nowhere'],
    [404, 'route-not-found', 'PATCH', '/routes/Nowhere', { priority: 1 }],
    [404, 'route-not-found', 'DELETE', '/routes/Nowhere'],
    [404, 'agent-not-found', 'GET', '/agents/1'],
    [404, 'run-not-found', 'GET', '/runs/none'],
    [404, 'host-not-found', 'DELETE', '/hosts/none'],
    [404, 'not-found', 'GET', '/commands/none'],
    [404, 'not-found', 'GET', '/nothing/here'],
    [405, 'method-not-allowed', 'PUT', '/tasks/1', {}],
    [409, 'already-exists', 'POST', '/queues', { name: 'Todo' }],
    [409, 'already-exists', 'PATCH', '/queues/Failed', { name: 'Todo' }],
    [409, 'already-exists', 'POST', '/routes', { queue_name: 'Todo' }],
    [409, 'queue-in-use', 'DELETE', '/queues/Failed'],
    [409, 'queue-not-empty', 'DELETE', '/queues/Todo?force=true'],
  ];
  for (const [status, code, method, path, body] of failures) {
    const answer = await project.call(method, path, body);
    expect([method, path, answer.status, answer.json.code]).toEqual([method, path, status, code]);
    expect(answer.json.error).toEqual(expect.any(String));
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  }
});

test('a wrong method is told the right ones; HEAD works where GET does (R-ART-080)', async () => {
  const wrong = await project.call('PUT', '/queues/a%2Fb');
  expect(wrong.headers.get('allow')).toBe('GET, PATCH, DELETE, HEAD');
  expect((await project.call('OPTIONS', '/queues')).status).toBe(405);
  const head = await project.call('HEAD', '/tasks/1');
  expect([head.status, head.text]).toEqual([200, '']);
});
