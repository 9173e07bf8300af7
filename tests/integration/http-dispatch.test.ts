import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createRunTokens } from '../../src/api/run-tokens.ts';
import { anApi } from '../helpers/api-client.ts';
import { aProject, type TestProject, until } from '../helpers/project.ts';
import { follow } from '../helpers/sse-client.ts';

/** Goes on when the test says so. */
const WAIT = 'echo "waits $AGENT_DISPATCH_DEPTH"; while [ ! -e go ]; do sleep 0.05; done; echo "gone on"';
const letGo = ({ dir }: TestProject) => writeFileSync(join(dir, 'go'), '');

async function anOpenApi(options: Partial<Parameters<typeof aProject>[0]> = {}) {
  const p = await aProject({ routes: [], ...options, config: { api_port: 0, ...options.config } });
  return { p, ...(await anApi(p)) };
}

describe('a dispatch over HTTP', () => {
  test('is answered at once with where to look, or with its result when it ended in time (R-AD-099, R-AD-106)', async () => {
    const { p, call } = await anOpenApi({ agents: { wait: WAIT } });
    const begun = await call('POST', '/dispatches', { agent: 'wait', task: 'one' });
    expect(begun).toMatchObject({ status: 202, location: `/dispatches/${begun.body.id}` });
    expect(begun.body).toMatchObject({ agent: 'wait', task: 'one', mode: 'async' });
    const early = await call('GET', `${begun.location}?wait=1`);
    expect(early).toMatchObject({ status: 200, body: { id: begun.body.id } });
    expect(['pending', 'running']).toContain(early.body.status);
    const long = call('GET', `${begun.location}?wait=20`);
    letGo(p);
    expect(await long).toMatchObject({ status: 200, body: { status: 'done', result: { success: true } } });
    const whole = await call('POST', '/dispatches?wait=20', { agent: 'wait', task: 'two' });
    expect(whole).toMatchObject({ status: 200, location: null, body: { status: 'done', mode: 'sync' } });
    const listed = await call('GET', '/dispatches?limit=1');
    expect(listed.body).toMatchObject([{ id: whole.body.id, status: 'done' }]);
  });

  test('is answered by the cache as a job that has ended (R-AD-070, R-AD-073)', async () => {
    const { call } = await anOpenApi({ agents: { now: 'date +%N' } });
    const asked = { agent: 'now', task: 'x' };
    const first = await call('POST', '/dispatches?wait=20', asked);
    const second = await call('POST', '/dispatches', asked);
    expect(second.status).toBe(200);
    expect(second.body.result.result).toBe(first.body.result.result);
    const anew = await call('POST', '/dispatches?wait=20', { ...asked, cache: 'bypass' });
    expect(anew.body.result.result).not.toBe(first.body.result.result);
  });

  test('is begun once under one key; another body under it is refused (R-SYS-004)', async () => {
    const { call } = await anOpenApi({ agents: { now: 'date +%N' } });
    const key = { 'idempotency-key': 'once' };
    const asked = { agent: 'now', task: 'x', cache: 'bypass' };
    const both = await Promise.all([1, 2].map(() => call('POST', '/dispatches?wait=20', asked, key)));
    const later = await call('POST', '/dispatches?wait=20', asked, key);
    expect(new Set([...both, later].map(({ body }) => body.id)).size).toBe(1);
    expect(later.body.result.result).toBe(both[0]?.body.result.result);
    const other = await call('POST', '/dispatches', { ...asked, task: 'y' }, key);
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency-mismatch' } });
    expect((await call('GET', '/dispatches')).body).toHaveLength(1);
  });

  test('goes on although its caller has left (R-SYS-006)', async () => {
    const { p, url, call } = await anOpenApi({ agents: { wait: WAIT } });
    const leaving = new AbortController();
    const left = fetch(`${url}/dispatches?wait=20`, {
      ...{ method: 'POST', signal: leaving.signal },
      body: JSON.stringify({ agent: 'wait', task: 'one' }),
    }).catch((error: Error) => error.name);
    const running = async () => (await call('GET', '/dispatches?status=running')).body[0]?.id;
    const id = await until('it runs', running);
    leaving.abort();
    expect(await left).toBe('AbortError');
    letGo(p);
    expect((await call('GET', `/dispatches/${id}?wait=20`)).body.status).toBe('done');
  });

  test('is called off (R-AD-107)', async () => {
    const { call } = await anOpenApi({ agents: { wait: WAIT } });
    const { body, location } = await call('POST', '/dispatches', { agent: 'wait', task: 'one' });
    await until('it runs', async () => (await call('GET', `${location}`)).body.status === 'running');
    const cancelled = await call('POST', `${location}/cancel`);
    expect(cancelled.body).toMatchObject({ job_id: body.id, outcome: 'cancelled_running' });
  });

  test('that cannot be is refused with the reason (R-AD-005, R-AD-105)', async () => {
    const { call } = await anOpenApi({ agents: { wait: WAIT }, worker: false });
    expect(await call('POST', '/dispatches', { agent: 'nobody', task: 'x' })).toMatchObject({ status: 404 });
    expect(await call('POST', '/dispatches', { agent: 'wait', task: 'x', task_id: 'gone' })).toMatchObject({
      ...{ status: 404, body: { code: 'task-not-found' } },
    });
    expect(await call('POST', '/dispatches?wait=26', { agent: 'wait', task: 'x' })).toMatchObject({
      status: 400,
    });
    expect(await call('GET', '/dispatches/nonsense')).toMatchObject({ status: 400 });
    expect(await call('GET', `/dispatches/${'0'.repeat(32)}`)).toMatchObject({ status: 404 });
    expect(await call('GET', `/dispatches/${'0'.repeat(32)}/events`)).toMatchObject({ status: 404 });
    expect(await call('GET', `/parallels/${'0'.repeat(32)}`)).toMatchObject({ status: 404 });
  });
});

test('the events of a dispatch are followed live, replayed after a reconnect, and end with it (R-AD-086, R-SYS-024)', async () => {
  const { p, url, call } = await anOpenApi({ agents: { wait: WAIT } });
  const { body, location } = await call('POST', '/dispatches', { agent: 'wait', task: 'one' });
  const client = await follow(`${url}${location}/events`);
  const second = await client.nth(2);
  expect(second.data).toMatchObject({ job_id: body.id, task_id: null, type: 'stdout' });
  client.leave();
  letGo(p);
  const back = await follow(`${url}${location}/events`, { 'last-event-id': String(second.id) });
  await back.over();
  expect(back.received.map(({ event }) => event)).toEqual(['stdout', 'end']);
  const late = await follow(`${url}${location}/events`);
  await late.over();
  expect(late.received.map(({ event }) => event)).toEqual(['start', 'stdout', 'stdout', 'end']);
});

test('the stream of a dispatch that never ran ends when it is called off', async () => {
  const { url, call } = await anOpenApi({ agents: { wait: WAIT }, config: { pools: { dispatch: 1 } } });
  const first = await call('POST', '/dispatches', { agent: 'wait', task: 'one' });
  await until('it runs', async () => (await call('GET', `${first.location}`)).body.status === 'running');
  const { location } = await call('POST', '/dispatches', { agent: 'wait', task: 'two' });
  const client = await follow(`${url}${location}/events`);
  await call('POST', `${location}/cancel`);
  await client.over();
  expect(client.received).toEqual([]);
  await call('POST', `${first.location}/cancel`);
});

test('calls side by side are looked at while they run (R-AD-081, R-AD-083)', async () => {
  const { p, call } = await anOpenApi({ agents: { wait: WAIT, quick: 'echo quick', all: 'echo all' } });
  const asked = {
    dispatches: [
      { agent: 'wait', task: 'one' },
      { agent: 'quick', task: 'two' },
    ],
    aggregate: 'all',
  };
  const key = { 'idempotency-key': 'side-by-side' };
  const begun = await call('POST', '/parallels', asked, key);
  expect(begun).toMatchObject({ status: 202, location: `/parallels/${begun.body.id}` });
  const half = await until('one has ended', async () => {
    const { body } = await call('GET', `${begun.location}`);
    return body.items[1].status === 'done' && body;
  });
  expect(half).toMatchObject({ status: 'running', items: [{}, { result: { result: 'quick' } }] });
  letGo(p);
  const whole = await call('GET', `${begun.location}?wait=20`);
  expect(whole.body).toMatchObject({
    status: 'done',
    items: [{ status: 'done', result: { success: true } }, { status: 'done' }],
    aggregated: { status: 'done', result: { result: 'all' } },
  });
  expect(await call('POST', '/parallels', asked, key)).toMatchObject({
    status: 200,
    body: { id: begun.body.id },
  });
});

test('answers from the cache are told apart in a call side by side under a key (R-AD-070, R-SYS-004)', async () => {
  const { call } = await anOpenApi({ agents: { talk: 'echo "$1"' } });
  const tasks = ['one', 'two'];
  for (const task of tasks) await call('POST', '/dispatches?wait=20', { agent: 'talk', task });
  const asked = { dispatches: tasks.map((task) => ({ agent: 'talk', task })) };
  const { body } = await call('POST', '/parallels?wait=20', asked, { 'idempotency-key': 'all-known' });
  expect(body.items).toMatchObject([
    { status: 'done', result: { result: 'one', cached: true } },
    { status: 'done', result: { result: 'two', cached: true } },
  ]);
  expect(new Set(body.items.map(({ job_id }: { job_id: string }) => job_id)).size).toBe(2);
});

test('a dialogue is listened to while it runs (R-AD-091, R-AD-092)', async () => {
  const { p, call } = await anOpenApi({
    agents: { asker: 'echo "and then?"', expert: `${WAIT}; echo "[RESOLVED]"` },
  });
  const asked = { requester: 'asker', responder: 'expert', topic: 'life' };
  const begun = await call('POST', '/dialogues', asked);
  expect(begun).toMatchObject({ status: 202, location: `/dialogues/${begun.body.id}` });
  expect(begun.body).toMatchObject({ status: 'running', resolved: false, conversation: [] });
  letGo(p);
  const ended = await call('GET', `${begun.location}?wait=20`);
  expect(ended).toMatchObject({ status: 200, body: { status: 'done', resolved: true, rounds: 1 } });
  expect(ended.body.job_ids).toHaveLength(1);
  expect(await call('POST', '/dialogues', { ...asked, responder: 'nobody' })).toMatchObject({ status: 404 });
});

test('a conversation is found and gone on with (R-AD-075, R-AD-077)', async () => {
  const { call } = await anOpenApi({ agents: { talk: 'echo "$1"' } });
  const { body } = await call('POST', '/dispatches?wait=20', { agent: 'talk', task: 'one' });
  const session_id = body.result.session_id;
  const listed = await call('GET', '/sessions');
  expect(listed.body).toMatchObject([{ agent: 'talk', turns: 1 }]);
  const path = `/sessions/${session_id ?? listed.body[0].session_id}`;
  const turn = await call('POST', `${path}/turns?wait=20`, { task: 'two' });
  expect(turn).toMatchObject({ status: 200, body: { agent: 'talk', mode: 'session', status: 'done' } });
  expect((await call('GET', path)).body).toMatchObject({ agent: 'talk', turns: 2 });
  expect(await call('POST', '/sessions/unknown/turns', { task: 'x' })).toMatchObject({ status: 404 });
});

test('the token of a run is good for dispatches of its own, attributed to the run (R-AD-031, R-AD-127, R-SYS-029)', async () => {
  const { p, call } = await anOpenApi({
    agents: { wait: WAIT, quick: 'echo "depth $AGENT_DISPATCH_DEPTH"' },
    config: { api: { require_tokens: true, token_env: 'API_TOKEN' } },
    env: { API_TOKEN: 'the-owner' },
  });
  onTestFinished(() => letGo(p));
  const owner = { authorization: 'Bearer the-owner' };
  const { location, body } = await call('POST', '/dispatches', { agent: 'wait', task: 'one' }, owner);
  const { store } = p.project.context;
  const run = await until('it runs', async () => {
    const [one] = await store.projection.listRuns({ jobId: body.id, status: 'running', limit: 1 });
    return one?.spawnedAt !== null && one;
  });
  const tokens = createRunTokens({ stateDir: p.project.settings().stateDir, store });
  const own = { authorization: `Bearer ${await tokens.issue({ runId: run.runId, subject: body.id })}` };
  const nested = await call('POST', '/dispatches?wait=20', { agent: 'quick', task: 'two' }, own);
  expect(nested.body).toMatchObject({ status: 'done', result: { result: 'depth 2' } });
  expect((await store.jobs.get(nested.body.id))?.parentRunId).toBe(run.runId);
  expect(await call('POST', `${location}/cancel`, undefined, own)).toMatchObject({ status: 403 });
  expect(await call('GET', '/dispatches', undefined, own)).toMatchObject({ status: 403 });
  expect(await call('GET', '/dispatches')).toMatchObject({ status: 401 });
  letGo(p);
  const refused = async () =>
    (await call('POST', '/dispatches', { agent: 'quick', task: 'three' }, own)).status === 401;
  await until('the token ends with its run', refused);
});
