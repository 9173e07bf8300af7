import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpProject, startHttpProject } from '../helpers/http-project.ts';
import { sendRaw } from '../helpers/raw-http.ts';

let project: HttpProject;
let port = 0;

beforeAll(async () => {
  project = await startHttpProject();
  ({ port } = project.server);
});
afterAll(() => project.close());

/** Sends a byte every 200 ms for as long as the server lets it. */
const dripped = (head: string) =>
  sendRaw(port, head, (socket) => {
    const drip = setInterval(() => socket.writable && socket.write('a'), 200);
    socket.on('close', () => clearInterval(drip));
  });

test('slow headers, slow bodies and half-closed sockets are gone after 15 s, and others do not notice (S5)', async () => {
  const alone = await usual();
  const idle = Array.from({ length: 300 }, () => dripped('GET /status HTTP/1.1\r\nhost: '));
  const bodies = Array.from({ length: 50 }, () =>
    dripped('POST /tasks HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1000\r\n\r\n{'),
  );
  const half = connect(port, '127.0.0.1', () => half.end('GET /sta'));
  half.resume();
  // The server may as well reset it.
  half.on('error', () => undefined);
  // Against the same without them: a busy machine is slow for both.
  expect(await usual()).toBeLessThan(Math.max(50, 5 * alone));
  const closed = await Promise.all([...idle, ...bodies]);
  expect(Math.max(...closed.map(({ closedAfterMs }) => closedAfterMs))).toBeLessThan(15_000 + 5_000);
  expect(new Set(closed.map(({ status }) => status))).toEqual(new Set([408, 413]));
  expect(half.destroyed || half.readableEnded).toBe(true);

  /** Half of a hundred answers take less (ms); the slowest of them tell of the machine, not of the connections. */
  async function usual(): Promise<number> {
    const delays: number[] = [];
    for (let round = 0; round < 100; round++) {
      const begun = performance.now();
      expect((await project.call('GET', '/tasks/1')).status).toBe(200);
      delays.push(performance.now() - begun);
    }
    return delays.toSorted((a, b) => a - b)[50] ?? 0;
  }
});
