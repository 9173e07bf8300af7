import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { asking } from '../helpers/asking.ts';
import { aProject, settledIn } from '../helpers/project.ts';
import { aProcess } from '../helpers/project-process.ts';
import { startOwnServer } from '../helpers/temporal-server.ts';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** Asks by the command line of its own environment, once; then keeps what it is told. */
const AGENT = `
if [ ! -e asked.txt ]; then
  "${process.execPath}" --no-warnings "${CLI}" ask "Which colour?" --choices red,blue > asked.txt 2>&1
  exit $?
fi
printf '%s' "$1" > heard.txt`;

const post = async (url: string | null, path: string, body: object) => {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
};

test('a question outlives kill -9 of worker, API and server; an answer nobody could tell is told later (R-SYS-001, R-SYS-026)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-server-'));
  const server = await startOwnServer({ dbFile: join(folder, 'temporal.db') });
  onTestFinished(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const p = await aProject({
    worker: false,
    address: server.address,
    queues: { Todo: [{ id: '1', name: 'paint it' }], 'In Progress': [], Done: [], Failed: [] },
    agents: { asks: AGENT },
    routes: [{ queue_name: 'Todo', agent: 'asks', completed_queue: 'Done', dead_letter_queue: 'Failed' }],
    config: { api_port: 0 },
  });
  const worker = await aProcess(p);
  const api = await aProcess(p, 'api');
  await asking(p, '1');
  expect(readFileSync(join(p.dir, 'asked.txt'), 'utf8')).toMatch(/^Question q1 is kept\.\nEnd your turn now/);
  await worker.kill();
  await api.kill();
  await server.kill();
  await server.restart();
  // With the server there and no worker, then with neither: what was answered is kept.
  const second = await aProcess(p, 'api');
  const open = await fetch(`${second.url}/questions`).then((answer) => answer.json());
  expect(open).toMatchObject([{ question_id: 'q1', task_id: '1', choices: ['red', 'blue'] }]);
  await server.kill();
  const answered = await post(second.url, '/questions/q1/answer', { answer: 'blue' });
  expect(answered).toMatchObject({ status: 200, json: { status: 'answered', told: false } });
  expect((await post(second.url, '/questions/q1/answer', { answer: 'red' })).status).toBe(409);
  await second.kill();
  await server.restart();
  const back = await aProcess(p);
  await settledIn(p, '1', 'Done');
  expect(readFileSync(join(p.dir, 'heard.txt'), 'utf8')).toContain(
    'You asked: Which colour?\nAnswer from local: blue',
  );
  const runs = await p.project.context.store.projection.listRuns({ taskId: '1', limit: 9 });
  expect(runs.map(({ attempt, retryCount, outcome }) => [attempt, retryCount, outcome])).toEqual([
    [2, 0, 'success'],
    [1, 0, 'success'],
  ]);
  expect(await back.stop()).toBe(0);
});
