import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpProject, startHttpProject } from '../helpers/http-project.ts';
import { rawRequest, sendRaw } from '../helpers/raw-http.ts';

let project: HttpProject;
let port = 0;
let host: { host: string };

beforeAll(async () => {
  project = await startHttpProject();
  ({ port } = project.server);
  host = { host: `127.0.0.1:${port}` };
});
afterAll(() => project.close());

const MIB = 1024 * 1024;
const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
  rawRequest(port, 'POST /tasks', { ...host, ...headers }, body);
const task = (more: string) => `{"queue_name":"Todo","name":"x"${more}}`;

test('malformed bodies are 400 and say where (S6, R-ART-080)', async () => {
  expect((await post('{a:1}')).text).toContain('position 1');
  expect((await post('{"a"')).text).toContain('position 4');
  for (const body of ['[]', '"text"', '7', 'null', '{"a":1}{"b":2}', '\u0000', "{'a':1}"]) {
    expect([body, (await post(body)).status]).toEqual([body, 400]);
  }
  expect((await post(Buffer.from(task(''), 'utf16le'))).status).toBe(400);
  expect((await post(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]))).status).toBe(400);
  expect((await post(`\uFEFF${task('')}`)).status).toBe(201);
});

test('depth, key floods, prototype keys and bombs neither block the loop nor change an object (S6)', async () => {
  const deep = 100_000;
  expect((await post('['.repeat(deep) + ']'.repeat(deep))).status).toBe(400);
  expect((await post(task(`,"x":${'{"a":'.repeat(40)}1${'}'.repeat(40)}`))).status).toBe(400);
  expect((await post(task(`,"x":"${'['.repeat(100)}"`))).status).toBe(201);
  const flood = Array.from({ length: 60_000 }, (_, index) => `"k${index}":1`).join(',');
  expect((await post(task(`,${flood}`))).status).toBe(201);
  expect((await post(task(',"name":"last one wins"'))).text).toContain('last one wins');
  for (const key of ['__proto__', '\\u005f_proto__', 'constructor']) {
    const { status } = await post(task(`,"${key}":{"polluted":true,"prototype":{"polluted":true}}`));
    expect([key, status]).toEqual([key, 201]);
  }
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect((await post(task(`,"labels":[1${'0'.repeat(400)}]`))).status).toBe(400);
  const bomb = gzipSync(Buffer.alloc(50 * MIB));
  expect((await post(bomb, { 'content-encoding': 'gzip' })).status).toBe(415);
});

test('large and lying bodies are refused and their connection closed (S7)', async () => {
  expect((await post(task(`,"description":"${'x'.repeat(2 * MIB)}"`))).status).toBe(413);
  const announced = await sendRaw(
    port,
    `POST /tasks HTTP/1.1\r\nhost: ${host.host}\r\ncontent-length: 1000000000\r\n\r\n{`,
  );
  expect([announced.status, announced.closedAfterMs < 3_000]).toEqual([413, true]);
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const chunked = await sendRaw(
    port,
    `POST /tasks HTTP/1.1\r\nhost: ${host.host}\r\ntransfer-encoding: chunked\r\n\r\n`,
    (socket) => {
      const pump = setInterval(() => socket.writable && socket.write(chunk.repeat(4)), 5);
      socket.on('close', () => clearInterval(pump));
    },
  );
  expect([chunked.status, chunked.closedAfterMs < 5_000]).toEqual([413, true]);
  const both = `POST /tasks HTTP/1.1\r\nhost: ${host.host}\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`;
  expect((await sendRaw(port, both)).status).toBe(400);
  const smuggled = await post(`${task('')}GET /status HTTP/1.1\r\n\r\n`, {
    'content-length': String(task('').length),
  });
  expect(smuggled.text.match(/HTTP\/1\.1 \d+/g)?.[0]).toBe('HTTP/1.1 400');
  expect((await sendRaw(port, 'garbage\r\n\r\n')).status).toBe(400);
  expect((await rawRequest(port, 'GET /status', { ...host, 'x-large': 'x'.repeat(20_000) })).status).toBe(
    431,
  );
});

test('pipelined requests are answered one after the other (S7)', async () => {
  const get = `GET /tasks/1 HTTP/1.1\r\nhost: ${host.host}\r\n\r\n`;
  const { text } = await sendRaw(
    port,
    get.repeat(20) + get.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'),
  );
  expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(21);
});

const NAMES = [
  'new\nline',
  '..',
  '../../etc/passwd',
  'a/b',
  '%2e%2e',
  '100%',
  '\u202Egnp.exe',
  'раура1',
  '🧵🪡',
  '-rf',
  '--output=x',
  'CON',
  '__proto__',
  'a?b#c&d=e;f',
  ' ',
];

test('strange names are stored exactly or refused, and found again by their path (S8, R-ART-082)', async () => {
  for (const name of NAMES) {
    const made = await project.call('POST', '/queues', { name });
    if (made.status === 400) continue;
    expect([name, made.status, made.json.name]).toEqual([name, 201, name]);
    const found = await rawRequest(port, `GET /queues/${encodeURIComponent(name)}`, host);
    const [, body = 'null'] = found.text.split('\r\n\r\n');
    expect([name, found.status, JSON.parse(Buffer.from(body, 'latin1').toString()).name]).toEqual([
      name,
      200,
      name,
    ]);
    const inside = await project.call('POST', '/tasks', { queue_name: name, name });
    expect([name, inside.status, inside.json.queue_name]).toEqual([name, 201, name]);
  }
  expect((await project.call('POST', '/queues', { name: 'a\u0000b' })).status).toBe(400);
  expect((await project.call('POST', '/queues', '{"name":"\\ud800"}')).status).toBe(400);
  expect((await project.call('POST', '/queues', { name: 'x'.repeat(501) })).status).toBe(400);
  const long = '🧵'.repeat(250);
  await project.call('POST', '/queues', { name: long });
  expect((await project.call('GET', `/queues/${encodeURIComponent(long)}`)).status).toBe(200);
});

test('strange task ids find no task and nothing else (S8)', async () => {
  for (const id of [...NAMES, '\u0000', 'x'.repeat(1_001)]) {
    const { status, json } = await project.call(
      'GET',
      `/tasks/${encodeURIComponent(id).replaceAll('.', '%2E')}`,
    );
    expect([id, [400, 404].includes(status), typeof json?.error]).toEqual([id, true, 'string']);
  }
  for (const path of ['/tasks/%zz', '/tasks/%ff', '/tasks/%E0%A4%A', '//tasks/1', '/tasks//1']) {
    const { status } = await rawRequest(port, `GET ${path}`, host);
    expect([path, [400, 404].includes(status)]).toEqual([path, true]);
  }
});
