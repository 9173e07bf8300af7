import { statSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, expect, test } from 'vitest';
import { listenHttp } from '../../src/api/http.ts';
import { createRunTokens } from '../../src/api/run-tokens.ts';
import {
  aRun,
  type HttpProject,
  type HttpProjectOptions,
  startHttpProject,
} from '../helpers/http-project.ts';
import { follow } from '../helpers/sse-client.ts';

const projects: HttpProject[] = [];
async function start(options: HttpProjectOptions = {}): Promise<HttpProject> {
  const project = await startHttpProject(options);
  projects.push(project);
  return project;
}
afterEach(async () => {
  for (const project of projects.splice(0)) await project.close();
});

test('a taken port is named with who holds it and what to do (R-ART-007)', async () => {
  const { context, server } = await start();
  const settings = { ...context.settings, api: { ...context.settings.api, port: server.port } };
  const second = listenHttp({ context, settings, token: null, log: pino({ level: 'silent' }) });
  await expect(second).rejects.toMatchObject({
    code: 'port-taken',
    message: expect.stringContaining(`by process ${process.pid} (`),
    hint: expect.stringContaining('api_port'),
  });
});

test('beyond loopback a token is demanded, and without one nothing listens (R-SYS-028)', async () => {
  await expect(start({ api: { host: '0.0.0.0' } })).rejects.toMatchObject({
    code: 'invalid-config',
    hint: expect.stringContaining('DISPATCH_TOKEN'),
  });
});

test('with tokens every path wants the right one, streams too (S3, R-SYS-028)', async () => {
  const { call, server } = await start({ api: { requireTokens: true }, token: 'sesame' });
  const right = { authorization: 'Bearer sesame' };
  for (const path of [
    '/status',
    '/tasks/1',
    '/tasks/1/events',
    '/metrics',
    '/openapi.json',
    '/healthz',
    '/nothing',
  ]) {
    const [none, wrong] = [
      await call('GET', path),
      await call('GET', path, undefined, { authorization: 'Bearer no' }),
    ];
    expect([path, none.status, wrong.status, none.json.code]).toEqual([path, 401, 401, 'unauthorized']);
  }
  expect((await call('GET', '/tasks/1', undefined, { authorization: 'Basic sesame' })).status).toBe(401);
  expect((await call('GET', '/tasks/1', undefined, right)).status).toBe(200);
  const stream = await follow(`${server.url}/tasks/1/events`, right);
  expect(stream.status).toBe(200);
  stream.leave();
});

test("an agent's token is good for its own task while its run runs, and for nothing else (S3, R-SYS-029)", async () => {
  const { call, context, stateDir } = await start({ api: { requireTokens: true }, token: 'sesame' });
  const { store } = context;
  await store.projection.putRun(aRun({ runId: 'run-1', taskId: '1' }));
  const tokens = createRunTokens({ stateDir, store });
  const own = { authorization: `Bearer ${await tokens.issue({ runId: 'run-1', subject: '1' })}` };
  expect(statSync(join(stateDir, 'run-token.key')).mode & 0o777).toBe(0o600);
  const status = async (method: string, path: string, body?: object, headers = own) =>
    (await call(method, path, body, headers)).status;

  expect(await status('GET', '/tasks/1')).toBe(200);
  expect(await status('POST', '/tasks/1/comments', { comment: 'x' })).toBe(201);
  expect(await status('PATCH', '/tasks/1', { name: 'x' })).toBe(200);
  expect(await status('POST', '/tasks', { queue_name: 'Todo', name: 'follow-up' })).toBe(201);
  expect(await status('POST', '/tasks/1/move', { target_queue: 'Done' })).toBe(200);
  for (const [method, path, body] of [
    ['GET', '/tasks/2'],
    ['GET', '/tasks/2/events'],
    ['POST', '/tasks/2/comments', { comment: 'x' }],
    ['POST', '/tasks/2/move', { target_queue: 'Done' }],
    ['PATCH', '/tasks/2', { name: 'x' }],
    ['GET', '/events'],
    ['GET', '/tasks'],
    ['GET', '/queues'],
    ['POST', '/queues', { name: 'x' }],
    ['DELETE', '/routes/Todo'],
    ['POST', '/tasks/1/retry'],
    ['POST', '/kill-switch', {}],
    ['DELETE', '/kill-switch'],
    ['GET', '/audit'],
  ] as const) {
    expect([method, path, await status(method, path, body)]).toEqual([method, path, 403]);
  }
  const forged = await tokens.issue({ runId: 'run-1', subject: '2' });
  expect(await status('GET', '/tasks/2', undefined, { authorization: `Bearer ${forged}` })).toBe(401);
  const [prefix, run, , mac] = own.authorization.split('.');
  expect(await status('GET', '/tasks/2', undefined, { authorization: `${prefix}.${run}.Mg.${mac}` })).toBe(
    401,
  );
  await store.projection.patchRun('run-1', { status: 'finished', endedAt: Date.now() });
  expect(await status('GET', '/tasks/1')).toBe(401);
});

test('a run that asks too often is told when it may go on, and nobody else is held up (R-SYS-029)', async () => {
  const { call, context, stateDir } = await start({ api: { requireTokens: true }, token: 'sesame' });
  const { store } = context;
  await store.projection.putRun(aRun({ runId: 'run-1', taskId: '1' }));
  const tokens = createRunTokens({ stateDir, store });
  const own = { authorization: `Bearer ${await tokens.issue({ runId: 'run-1', subject: '1' })}` };
  const ask = (headers: Record<string, string>) => call('GET', '/tasks/1', undefined, headers);
  const answers = await Promise.all(Array.from({ length: 200 }, () => ask(own)));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(20);
  expect(refused[0]?.headers.get('retry-after')).toBe('1');
  expect(refused[0]?.json).toMatchObject({ code: 'too-many-requests' });
  expect((await ask({ authorization: 'Bearer sesame' })).status).toBe(200);
});

test('a request under way is answered while the server closes, later ones are not (R-ART-080)', async () => {
  const project = await startHttpProject();
  const { call, control, context, server } = project;
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { command } = control;
  let began = (): void => undefined;
  const hasBegun = new Promise<void>((resolve) => {
    began = resolve;
  });
  control.command = async (...args) => {
    began();
    await held;
    return command(...args);
  };
  const writing = call('POST', '/tasks/1/comments', { comment: 'x' });
  await hasBegun;
  const closing = server.close();
  const late = await call('GET', '/status').catch(() => null);
  expect(late === null || late.status === 503).toBe(true);
  release();
  expect((await writing).status).toBe(201);
  await closing;
  expect((await context.board.getTask('1')).comments).toHaveLength(1);
  context.events.close();
  await context.store.close();
});

test('with Temporal away reads are answered and writes say so (R-SYS-003)', async () => {
  const { call, control } = await start();
  control.connected = false;
  for (const path of ['/tasks/1', '/queues', '/agents', '/status', '/routes', '/tasks/1/why', '/metrics']) {
    expect([path, (await call('GET', path)).status]).toEqual([path, 200]);
  }
  const write = await call('POST', '/tasks/1/comments', { comment: 'x' });
  expect([write.status, write.json.code]).toEqual([503, 'temporal-unavailable']);
  expect((await call('GET', '/status')).json.temporal.ok).toBe(false);
});
