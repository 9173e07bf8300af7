import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { aNoticeBench, ntfyAt } from '../helpers/notice-bench.ts';
import { aListener } from '../helpers/notice-listener.ts';
import { until } from '../helpers/project.ts';

const CHILD = fileURLToPath(new URL('notices-sender-child.ts', import.meta.url));
const STRIP_TYPES = '--experimental-strip-types';

test('a worker killed between sending and noting sends again, under the same id (R-PROD-079)', async () => {
  const bench = await aNoticeBench();
  let kill = () => {};
  const listener = await aListener((_request, response) => {
    kill();
    response.end();
  });
  const flags = process.allowedNodeEnvironmentFlags.has(STRIP_TYPES) ? [STRIP_TYPES] : [];
  const child = spawn(process.execPath, ['--no-warnings', ...flags, CHILD, bench.dir, listener.url], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  onTestFinished(() => void child.kill('SIGKILL'));
  kill = () => void child.kill('SIGKILL');
  await bench.notices.raise({ kind: 'idle', key: 'idle', subject: 'Team idle', body: 'Queue is empty.' });
  await until('heard', () => listener.heard.length === 1);
  await ended;
  expect(await bench.store.notices.sentSince('ntfy', 0)).toBe(0);
  kill = () => {};
  // The seat of a host is taken over with its locks.
  bench.send([ntfyAt(listener.url)], 'host-1');
  await until('heard again', () => listener.heard.length === 2);
  const [first, second] = listener.heard;
  expect(second?.headers['x-dispatch-id']).toBe(first?.headers['x-dispatch-id']);
  await until('noted', async () => (await bench.store.notices.sentSince('ntfy', 0)) === 1);
});
