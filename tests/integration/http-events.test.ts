import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEventStreams } from '../../src/api/sse.ts';
import { wireEvent } from '../../src/api/wire/event.ts';
import type { NewRunEvent, RunEvent, RunEventType } from '../../src/core/schema/run-event.ts';
import { aRun, type HttpProject, startHttpProject } from '../helpers/http-project.ts';
import { until } from '../helpers/processes.ts';
import { follow } from '../helpers/sse-client.ts';

let project: HttpProject;
const logged: string[] = [];
const clients = 20;

beforeAll(async () => {
  const tasks = Array.from({ length: 9 }, (_, index) => ({
    id: String(index + 1),
    name: `Task ${index + 1}`,
  }));
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
  project = await startHttpProject({ queues: { Todo: tasks }, log });
});
afterAll(() => project.close());

const url = (taskId: string, query = '') => `${project.server.url}/tasks/${taskId}/events${query}`;

async function emit(taskId: string, runId: string, ...types: RunEventType[]): Promise<readonly RunEvent[]> {
  const events: NewRunEvent[] = types.map((type) => ({
    task_id: taskId,
    run_id: runId,
    attempt: 1,
    type,
    data: type === 'end' ? { outcome: 'success', exit_code: 0, duration_seconds: 1 } : { text: 'a\nb' },
  }));
  return project.context.store.projection.appendEvents(events);
}
const startRun = (taskId: string, runId: string) =>
  project.context.store.projection.putRun(aRun({ taskId, runId, startedAt: Date.now() }));
const endRun = (runId: string) =>
  project.context.store.projection.patchRun(runId, { status: 'finished', endedAt: Date.now() });
const types = (client: { received: readonly { event: string }[] }) =>
  client.received.map(({ event }) => event);

test('the latest run is replayed, then live events follow, and end closes the stream (R-ART-092, R-ART-093)', async () => {
  await startRun('1', 'old');
  await emit('1', 'old', 'start', 'end');
  await endRun('old');
  await startRun('1', 'new');
  await emit('1', 'new', 'start', 'text');
  const client = await follow(url('1'));
  await client.nth(2);
  const [live] = await emit('1', 'new', 'stdout');
  const third = await client.nth(3);
  expect(third).toEqual({ id: String(live?.seq), event: 'stdout', data: live && wireEvent(live) });
  await emit('1', 'new', 'end');
  await client.over();
  expect(types(client)).toEqual(['start', 'text', 'stdout', 'end']);
  expect(client.response.headers['content-type']).toBe('text/event-stream');
});

test('a client goes on after its last event, over all runs, by header or query (R-ART-095)', async () => {
  await startRun('2', 'first');
  const [start] = await emit('2', 'first', 'start', 'text', 'end');
  await endRun('first');
  await startRun('2', 'second');
  await emit('2', 'second', 'start', 'text', 'end');
  await endRun('second');
  const seq = String(start?.seq);
  for (const client of [
    await follow(url('2'), { 'last-event-id': seq }),
    await follow(url('2', `?since=${seq}`)),
  ]) {
    await client.over();
    expect(types(client)).toEqual(['text', 'end', 'start', 'text', 'end']);
  }
});

test('a task without a run is waited for, unless told not to; an unknown task is 404 (R-ART-094)', async () => {
  const patient = await follow(url('3'));
  const impatient = await follow(url('3', '?wait=false'));
  await impatient.over();
  expect([impatient.status, impatient.received]).toEqual([200, []]);
  await startRun('3', 'three');
  await emit('3', 'three', 'start', 'end');
  await patient.over();
  expect(types(patient)).toEqual(['start', 'end']);
  expect((await project.call('GET', '/tasks/nobody/events')).status).toBe(404);
});

test('what comes while a long history is replayed is neither lost nor sent twice (R-ART-095)', async () => {
  await startRun('4', 'four');
  await emit('4', 'four', 'start', ...Array.from({ length: 400 }, () => 'stdout' as const));
  const following = follow(url('4'));
  for (let round = 0; round < 200; round++) await emit('4', 'four', 'stdout');
  await emit('4', 'four', 'end');
  const client = await following;
  await client.over();
  const seqs = client.received.map(({ data }) => data.seq as number);
  expect(seqs).toHaveLength(602);
  expect(new Set(seqs).size).toBe(602);
  expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
});

test('every subscriber gets each event once; those who leave are forgotten (R-ART-095)', async () => {
  await startRun('5', 'five');
  const all = await Promise.all(Array.from({ length: clients }, () => follow(url('5'))));
  const whole = await follow(`${project.server.url}/events`);
  for (const client of all.slice(0, 5)) client.leave();
  await emit('5', 'five', 'start', 'text');
  await emit('6', 'six', 'text');
  await emit('5', 'five', 'end');
  for (const client of all.slice(5)) {
    await client.over();
    expect(types(client)).toEqual(['start', 'text', 'end']);
  }
  await whole.nth(4);
  expect(types(whole)).toEqual(['start', 'text', 'text', 'end']);
  whole.leave();
});

test('a client that does not read is told to resync and dropped; others get every burst (S4, R-ART-095)', async () => {
  await startRun('7', 'seven');
  const slow = await follow(url('7'), {}, false);
  const fast = await follow(url('7'));
  const line = 'x'.repeat(8_000);
  const event = { task_id: '7', run_id: 'seven', attempt: 1, type: 'stdout', data: { line } } as const;
  // The kernel's own buffers take some megabytes before ours begins to fill.
  const sent = 1_500;
  for (let count = 0; count < sent; count += 100) {
    await project.context.store.projection.appendEvents(Array.from({ length: 100 }, () => event));
  }
  await until(() => fast.received.length === sent, 15_000);
  expect(new Set(fast.received.map(({ id }) => id)).size).toBe(sent);
  await droppedByServer();
  slow.response.resume();
  slow.response.emit('resume');
  await slow.over();
  const last = slow.received.at(-1);
  expect(last?.event).toBe('resync');
  expect(slow.received.length).toBeLessThan(sent);
  expect(last?.data.last_seq).toBe(slow.received.at(-2)?.data.seq);
  await emit('7', 'seven', 'end');
  await fast.over();
  expect(fast.received).toHaveLength(sent + 1);
});

/** The server says in its log when it lets a client go. */
const droppedByServer = () =>
  until(() => logged.some((line) => line.includes('slow event stream dropped')), 15_000);

test('a stream begins where it stood before its client could see it begin, and a client that left is gone (R-ART-095)', async () => {
  const { events, store } = project.context;
  const order: string[] = [];
  const lastEventSeq = () => {
    order.push('looked');
    return store.projection.lastEventSeq();
  };
  const streams = createEventStreams({
    tail: events,
    projection: { ...store.projection, lastEventSeq },
    jobEnds: { isOver: async () => true, isQuietlyOver: async () => true },
    onError: () => undefined,
    onDrop: () => undefined,
  });
  const left = new ServerResponse(new IncomingMessage(new Socket()));
  left.destroy();
  const begin = () => {
    order.push('begun');
    return left;
  };
  await streams.open(begin, { topic: { kind: 'all' }, since: null, wait: true });
  expect(order).toEqual(['looked', 'begun']);
  expect(streams.count).toBe(0);
});

test('above the limit of streams the next one is refused, and leaving makes room (S4)', async () => {
  const { events, store } = project.context;
  const streams = createEventStreams({
    tail: events,
    projection: store.projection,
    jobEnds: { isOver: async () => true, isQuietlyOver: async () => true },
    onError: () => undefined,
    onDrop: () => undefined,
    clientsMax: 0,
  });
  const never = () => {
    throw new Error('no response may be begun');
  };
  await expect(
    streams.open(never, { topic: { kind: 'task', id: '8' }, since: null, wait: true }),
  ).rejects.toMatchObject({
    code: 'too-many-requests',
  });
});

test('closing the server ends streams, and no client is left behind (R-ART-095)', async () => {
  const own = await startHttpProject();
  const client = await follow(`${own.server.url}/tasks/1/events`);
  await own.close();
  await client.over();
  await expect(follow(`${own.server.url}/tasks/1/events`)).rejects.toThrow('ECONNREFUSED');
});
