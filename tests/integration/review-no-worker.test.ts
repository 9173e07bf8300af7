import { expect, onTestFinished, test } from 'vitest';
import { isAlive, startOwnServer } from '../helpers/own-temporal.ts';
import { aProject, until } from '../helpers/project.ts';
import { queues, running, todo } from '../helpers/task-shape.ts';

const caller = { channel: 'library', actor: 'ann' } as const;

test('with no worker up the brake arms within its time and names who has not answered (design: stop)', async () => {
  const p = await aProject({ queues: queues(), agents: { ok: 'exit 0' }, routes: todo('ok') });
  const { control } = p.project.context;
  await until('the governor is up', () => control.governor());
  await p.worker?.stop();
  const begun = performance.now();
  const answer = await control.arm({ reason: 'look', stopRunning: false }, caller);
  expect(performance.now() - begun).toBeLessThan(20_000);
  expect(answer.confirmed).toEqual([]);
  await p.startWorker();
  await until('armed', async () => (await control.governor())?.brake.armed === true);
});

test('a shutdown with a server that hangs ends in a bounded time, agents first (R-SYS-015)', async () => {
  const server = await startOwnServer();
  const p = await aProject({
    address: server.address,
    queues: queues('1'),
    agents: { long: 'exec sleep 100' },
    routes: todo('long'),
  });
  const { pid } = await running(p, '1');
  process.kill(server.pid, 'SIGSTOP');
  onTestFinished(async () => {
    process.kill(server.pid, 'SIGCONT');
    await server.stop();
  });
  const stopped = p.close();
  await until('the agent is gone', async () => !(await isAlive(pid ?? 0)), 12_000);
  process.kill(server.pid, 'SIGCONT');
  await stopped;
});

test('the brake arms in the governor although its file cannot be written (design: stop)', async () => {
  const p = await aProject({ queues: queues(), agents: { ok: 'exit 0' }, routes: todo('ok') });
  const { control } = p.project.context;
  p.project.brake.arm = () => {
    throw new Error('disk full');
  };
  const answer = await control.arm({ reason: 'look', stopRunning: false }, caller);
  expect(answer.unconfirmed).toEqual([]);
  expect((await control.governor())?.brake.armed).toBe(true);
});
