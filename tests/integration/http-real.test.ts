import { expect, test as it, onTestFinished } from 'vitest';
import { startApi } from '../../src/compose-api.ts';
import { aProject, settledIn, type TestProjectOptions, until } from '../helpers/project.ts';

const queues = { Todo: [], 'In Progress': [], Review: [], Done: [], Failed: [] };

/** The documented way of an agent: read the task, comment, move it, all by HTTP without credentials. */
const CURL_AGENT = `
curl -sf "$DISPATCH_API_URL/tasks/$DISPATCH_TASK_ID" > /dev/null || exit 10
curl -sf -X POST "$ARTIFICER_API_URL/tasks/$TASK_ID/comments" -d '{"comment":"hello from the agent"}' > /dev/null || exit 11
curl -sf -X POST "$DISPATCH_API_URL/tasks/$DISPATCH_TASK_ID/move" -d '{"target_queue":"Done"}' > /dev/null || exit 12`;

async function withApi(options: TestProjectOptions) {
  const p = await aProject({ ...options, config: { api_port: 0, ...options.config } });
  const api = await startApi(p.project);
  onTestFinished(() => api.close());
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(api.url + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? null : JSON.parse(text),
    };
  };
  return { p, api, call };
}

it('an agent reads, comments and moves its task over HTTP with curl (R-ART-047, 058, 078, 096, 097)', async () => {
  const { p, call } = await withApi({
    queues,
    agents: { curl: CURL_AGENT },
    routes: [{ queue_name: 'Todo', agent: 'curl' }],
  });
  const made = await call('POST', '/tasks', {
    queue_name: 'Todo',
    name: 'say hello',
    description: 'politely',
  });
  expect(made.status).toBe(201);
  const { id } = made.body as { id: string };
  const task = await settledIn(p, id, 'Done');
  expect(task.comments.map(({ text }) => text)).toEqual(['hello from the agent']);
  const got = await call('GET', `/tasks/${id}`);
  expect(got.body).toMatchObject({ id, name: 'say hello', retry_count: 0, queue_name: 'Done' });
  const agent = await call('GET', `/agents/${id}`);
  expect(agent.body).toMatchObject({ task_id: id, outcome: 'success' });
});

it('a write sent twice under one key is done once, another body under it is refused (R-SYS-004)', async () => {
  const { p, call } = await withApi({
    queues: { ...queues, Done: [{ id: '7', name: 'seven' }] },
    agents: { ok: 'exit 0' },
    routes: [{ queue_name: 'Todo', agent: 'ok' }],
  });
  const key = { 'idempotency-key': 'once' };
  const both = await Promise.all([
    call('POST', '/tasks/7/comments', { comment: 'once' }, key),
    call('POST', '/tasks/7/comments', { comment: 'once' }, key),
  ]);
  expect(both.map(({ status }) => status)).toEqual([201, 201]);
  expect(await p.comments('7')).toEqual(['once']);
  expect((await call('POST', '/tasks/7/comments', { comment: 'twice' }, key)).status).toBe(409);
  const bad = await call('POST', '/tasks/404/comments', { comment: 'x' });
  expect(bad).toMatchObject({ status: 404, body: { code: 'task-not-found' } });
});

it('the kill switch stops new runs, says why, and resuming lets them go on (R-SYS-019, R-SYS-017)', async () => {
  const { p, call } = await withApi({
    queues,
    agents: { ok: 'exit 0' },
    routes: [{ queue_name: 'Todo', agent: 'ok', completed_queue: 'Done' }],
  });
  const armed = await call('POST', '/kill-switch', { reason: 'lunch' });
  expect(armed).toMatchObject({ status: 200, body: { armed: true } });
  const { id } = (await call('POST', '/tasks', { queue_name: 'Todo', name: 'later' })).body as { id: string };
  const why = await until('a reason', async () => {
    const { body } = await call('GET', `/tasks/${id}/why`);
    return JSON.stringify(body).includes('lunch') && body;
  });
  expect(JSON.stringify(why)).toContain('brake');
  expect((await p.task(id)).queueName).toBe('Todo');
  expect((await call('DELETE', '/kill-switch')).status).toBe(200);
  await settledIn(p, id, 'Done');
});

it('a paused route keeps its tasks, others run (R-SYS-020)', async () => {
  const { p, call } = await withApi({
    queues,
    agents: { ok: 'exit 0' },
    routes: [
      { queue_name: 'Todo', agent: 'ok', completed_queue: 'Done' },
      { queue_name: 'Review', agent: 'ok', completed_queue: 'Done' },
    ],
  });
  expect(
    (await call('POST', '/pause', { scope: 'route', name: 'Todo', reason: 'spring cleaning' })).status,
  ).toBe(200);
  const first = (await call('POST', '/tasks', { queue_name: 'Todo', name: 'paused' })).body as { id: string };
  const second = (await call('POST', '/tasks', { queue_name: 'Review', name: 'free' })).body as {
    id: string;
  };
  await settledIn(p, second.id, 'Done');
  expect((await p.task(first.id)).queueName).toBe('Todo');
  const why = await until('a reason', async () => {
    const { body } = await call('GET', `/tasks/${first.id}/why`);
    return JSON.stringify(body).includes('spring cleaning') && body;
  });
  expect(why).toBeTruthy();
  await call('POST', '/unpause', { scope: 'route', name: 'Todo' });
  await settledIn(p, first.id, 'Done');
});

it('a dead-lettered task is listed and redriven with a fresh count (R-ART-074)', async () => {
  const { p, call } = await withApi({
    queues,
    agents: { flaky: 'test -f healed && exit 0; exit 1' },
    routes: [
      {
        queue_name: 'Todo',
        agent: 'flaky',
        max_retries: 1,
        dead_letter_queue: 'Failed',
        completed_queue: 'Done',
      },
    ],
  });
  const { id } = (await call('POST', '/tasks', { queue_name: 'Todo', name: 'flaky' })).body as { id: string };
  await settledIn(p, id, 'Failed');
  expect(JSON.stringify((await call('GET', '/dead-letter')).body)).toContain(`"${id}"`);
  (await import('node:fs')).writeFileSync(`${p.dir}/healed`, '');
  expect((await call('POST', `/dead-letter/${id}/redrive`)).status).toBeLessThan(300);
  await settledIn(p, id, 'Done');
  expect((await call('GET', `/tasks/${id}`)).body).toMatchObject({ retry_count: 0 });
});
