import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpProject, startHttpProject } from '../helpers/http-project.ts';
import { rawRequest } from '../helpers/raw-http.ts';

let project: HttpProject;
let port = 0;

beforeAll(async () => {
  project = await startHttpProject({ api: { allowedHosts: ['dispatch.example'] } });
  ({ port } = project.server);
});
afterAll(() => project.close());

const BODY = JSON.stringify({ queue_name: 'Todo', name: 'From a page' });
const JSON_TYPE = { 'content-type': 'application/json' };

/** Status of a POST that would create a task; the board says whether it did. */
async function post(headers: Record<string, string>, body = BODY) {
  const { status } = await rawRequest(port, 'POST /tasks', { host: `127.0.0.1:${port}`, ...headers }, body);
  return status;
}
const tasks = async () => (await project.context.board.getQueue('Todo')).taskCount;

test('requests of other pages change nothing: forms, text, fetch without CORS (S1, R-SYS-028)', async () => {
  const before = await tasks();
  const evil = { origin: 'http://evil.example' };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  expect(await post({ ...evil, ...JSON_TYPE })).toBe(403);
  expect(await post({ ...evil, 'content-type': 'text/plain', 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(await post({ origin: 'null', ...form })).toBe(403);
  expect(
    await post({
      ...form,
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    }),
  ).toBe(403);
  // Another port of this machine is another site's page.
  expect(await post({ origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site', ...JSON_TYPE })).toBe(
    403,
  );
  expect(await post({ origin: 'http://127.0.0.1', ...JSON_TYPE })).toBe(403);
  expect(await post({ origin: `https://127.0.0.1:${port}.evil.example`, ...JSON_TYPE })).toBe(403);
  // Our own page must say application/json, so that no form can pose as it.
  expect(await post({ origin: `http://127.0.0.1:${port}`, 'content-type': 'text/plain' })).toBe(415);
  expect(await post({ origin: `http://127.0.0.1:${port}`, ...form })).toBe(415);
  expect(await post({ 'sec-fetch-site': 'same-origin', ...JSON_TYPE })).toBe(403);
  expect(await tasks()).toBe(before);
});

test('a preflight and an embedded image of another page get nothing (S1)', async () => {
  const host = `127.0.0.1:${port}`;
  const preflight = await rawRequest(port, 'OPTIONS /tasks', {
    host,
    origin: 'http://evil.example',
    'access-control-request-method': 'POST',
  });
  expect(preflight.status).toBe(403);
  expect(preflight.text.toLowerCase()).not.toContain('access-control');
  const image = await rawRequest(port, 'GET /status', {
    host,
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'no-cors',
    'sec-fetch-dest': 'image',
  });
  expect(image.status).toBe(403);
});

test('our own page, a followed link, curl and a fetch of Node are served (R-ART-078, R-ART-079)', async () => {
  expect(
    await post({ origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin', ...JSON_TYPE }),
  ).toBe(201);
  expect(await post({ 'content-type': 'application/x-www-form-urlencoded' })).toBe(201);
  expect(await post({ 'content-type': 'text/plain; charset=x' })).toBe(201);
  expect(await post({ 'content-type': ';;;' })).toBe(201);
  expect(await post({})).toBe(201);
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  expect((await rawRequest(port, 'GET /status', { host: `localhost:${port}`, ...link })).status).toBe(200);
  expect((await project.call('POST', '/tasks', { queue_name: 'Todo', name: 'Node' })).status).toBe(201);
});

test('only our own names are answered: no rebinding, no foreign target (S2, R-SYS-028)', async () => {
  const get = async (host: string, target = '/status') =>
    (await rawRequest(port, `GET ${target}`, { host })).status;
  for (const name of ['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST', 'dispatch.example']) {
    expect([name, await get(`${name}:${port}`)]).toEqual([name, 200]);
    expect([name, await get(name)]).toEqual([name, 200]);
  }
  const foreign = [
    'evil.example',
    `evil.example:${port}`,
    `127.0.0.1:${port + 1}`,
    `2130706433:${port}`,
    `0x7f000001:${port}`,
    `0.0.0.0:${port}`,
    `localhost.:${port}`,
    `127.0.0.1.evil.example:${port}`,
    `[::ffff:127.0.0.1]:${port}`,
    `user@localhost:${port}`,
    'sub.dispatch.example',
    '',
  ];
  for (const name of foreign) expect([name, await get(name)]).toEqual([name, 421]);
  expect(await get(`127.0.0.1:${port}`, 'http://evil.example/status')).toBe(421);
  expect((await rawRequest(port, 'GET /status', {})).status).toBe(400);
});
