import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { createNoopAgent } from '../helpers/noop-agent.ts';
import { runTemporalScript } from '../helpers/own-temporal.ts';
import { aProject, type TestProject, type TestProjectOptions, until } from '../helpers/project.ts';
import { startOwnServer, temporalAddress } from '../helpers/temporal-server.ts';

const ann = { channel: 'library', actor: 'ann' } as const;
const STEADY = { queue_name: 'Todo', agent: 'idle', completed_queue: 'Todo 2', poll_interval: 0.05 };

/** A project that never runs out of work: two queues pass one task to and fro. */
async function aBusyProject(options: Partial<TestProjectOptions> = {}) {
  const agent = createNoopAgent(20);
  const p = await aProject({
    queues: { Todo: [{ id: '1' }, { id: '2' }], 'Todo 2': [], 'In Progress': [] },
    agents: { idle: 'exit 0' },
    adapters: [agent],
    routes: [STEADY, { ...STEADY, queue_name: 'Todo 2', completed_queue: 'Todo' }],
    ...options,
  });
  await until('work goes on', () => agent.runs.length > 3);
  return Object.assign(p, { agent });
}

/** Fails if anything starts within the time. */
async function nothingStarts({ agent }: { agent: { runs: readonly unknown[] } }, forMs: number) {
  const before = agent.runs.length;
  const until = performance.now() + forMs;
  while (performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(agent.runs.length).toBe(before);
}

const armed = async (p: TestProject) => (await p.project.context.control.governor())?.brake.armed;

test('a brake file written by hand stops every start within 1 s and its removal lets work go on (R-SYS-019)', async () => {
  const p = await aBusyProject();
  const { path } = p.project.brake;
  writeFileSync(path, '1\n');
  writeFileSync(`${path}.reason`, 'by hand\n');
  const before = p.agent.runs.length;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const passed = p.agent.runs.length;
  await nothingStarts(p, 1_000);
  expect(passed - before).toBeLessThanOrEqual(1);
  await until('the governor heard', () => armed(p));
  expect((await p.project.context.control.governor())?.brake).toMatchObject({ reason: 'by hand' });

  rmSync(path);
  await until('the governor heard', async () => !(await armed(p)));
  await until('work goes on', () => p.agent.runs.length > passed);
});

test('a brake file written while the server is down holds when it is back, and the governor hears of it (R-SYS-003, 019)', async () => {
  const server = await startOwnServer();
  onTestFinished(() => server.stop());
  const p = await aBusyProject({ address: server.address });
  process.kill(server.pid, 'SIGSTOP');
  writeFileSync(p.project.brake.path, 'down\n');
  await new Promise((resolve) => setTimeout(resolve, 500));
  process.kill(server.pid, 'SIGCONT');
  await nothingStarts(p, 1_500);
  await until('the governor heard', () => armed(p));
  const passed = p.agent.runs.length;
  await p.project.context.control.disarm(ann);
  await until('work goes on', () => p.agent.runs.length > passed);
});

test('one line of the temporal CLI arms, disarms, pauses and resumes everything (R-SYS-019, 020)', async () => {
  const p = await aBusyProject();
  const governor = `governor/${p.project.settings().project}`;
  const cli = process.env.TEMPORAL_CLI ?? (await runTemporalScript(['binary'])).stdout.trim();
  const signal = (name: string, input: object) =>
    promisify(execFile)(cli, [
      ...['workflow', 'signal', '--address', temporalAddress(), '--workflow-id', governor],
      ...['--name', name, '--input', JSON.stringify(input)],
    ]);
  await signal('arm', { reason: 'from the shell', by: 'ops', now: true });
  await until('armed', () => armed(p));
  await until('nothing runs', () => p.agent.alive() === 0);
  await nothingStarts(p, 500);

  let passed = p.agent.runs.length;
  await signal('disarm', {});
  await until('work goes on', () => p.agent.runs.length > passed);

  // Armed over a surface, which writes the file too: the Signal alone must still be enough to go on.
  await p.project.context.control.arm({ reason: 'file as well', stopRunning: false }, ann);
  await nothingStarts(p, 300);
  passed = p.agent.runs.length;
  await signal('disarm', { by: 'ops' });
  await until('work goes on', () => p.agent.runs.length > passed);
  expect(p.project.brake.read().armed).toBe(false);

  await signal('pause', { scope: 'project', reason: 'tea', by: 'ops' });
  await until('all wait', () => p.agent.alive() === 0);
  const text = await until('the reason is shown', async () => {
    const state = await p.project.context.store.records.getTaskState('1');
    return state?.blockedCode === 'paused' && state.blockedText;
  });
  expect(text).toBe('the project is paused by ops: tea');
  passed = p.agent.runs.length;
  await signal('unpause', { scope: 'all' });
  await until('work goes on', () => p.agent.runs.length > passed);
});

test('a governor terminated right after a bare Signal armed it comes back armed (R-SYS-019)', async () => {
  const p = await aProject({ agents: { idle: 'exit 0' }, routes: [STEADY] });
  const client = await p.project.client();
  const handle = client.workflow.getHandle(`governor/${p.project.settings().project}`);
  // Nothing else is about to be saved: only the arm itself may bring it to the store.
  await until(
    'the start is saved',
    async () => (await p.project.context.store.records.loadGovernor()) !== null,
  );
  await handle.signal('arm', { reason: 'gone', by: 'ops' });
  await until('armed', () => armed(p));
  await handle.terminate();
  expect((await p.project.looker.seed()).brake).toMatchObject({ armed: true, reason: 'gone', by: 'ops' });
  expect(p.project.brake.read().armed).toBe(false);
});

test('a brake file armed by hand while the brake is being released holds, and arms the governor again (R-SYS-019)', async () => {
  const p = await aProject({ agents: { idle: 'exit 0' }, routes: [STEADY] });
  const { brake, context, looker } = p.project;
  const client = await p.project.client();
  const handle = client.workflow.getHandle(`governor/${p.project.settings().project}`);
  await handle.executeUpdate('arm', { args: [{ reason: 'first', by: 'ops' }] });
  await until('the host knows', async () => {
    const state = await context.control.governor();
    return Object.values(state?.hosts ?? {}).some(({ ackedEpoch }) => ackedEpoch === state?.brake.epoch);
  });
  writeFileSync(brake.path, 'by hand\n');
  await handle.executeUpdate('disarm', { args: [{}] });
  await until('the governor heard of the file', async () => {
    const { reason, armed: isArmed } = (await context.control.governor())?.brake ?? {};
    return isArmed === true && reason === 'by hand';
  });
  expect(brake.read().armed).toBe(true);
  // Heard of now: the next release lifts it.
  await until('told to the store', async () => (await looker.seed()).brake.reason === 'by hand');
  await handle.executeUpdate('disarm', { args: [{}] });
  await until('the file is gone', () => !brake.read().armed);
});

test('an order to stop that no worker was there to hear is undone by a newer release of the file (R-SYS-019, R-PROD-061)', async () => {
  const p = await aBusyProject();
  await p.worker?.stop();
  const { arm } = p.project.context.control;
  await arm({ reason: 'too dear', stopRunning: false }, ann).catch(() => undefined);
  p.project.brake.disarm();
  const before = p.agent.runs.length;
  await p.startWorker();
  await until('work goes on', () => p.agent.runs.length > before);
  expect(await armed(p)).toBe(false);
});

test('the brake that a person armed keeps the name of that person (R-SYS-019)', async () => {
  const p = await aBusyProject();
  const { epoch } = await p.project.context.control.arm({ reason: 'mine', stopRunning: false }, ann);
  await nothingStarts(p, 1_000);
  const state = await p.project.context.control.governor();
  expect(state?.brake).toMatchObject({ armed: true, epoch, by: 'ann (library)', reason: 'mine' });
});

test('a paused route or agent holds only its own tasks, with who and why (R-SYS-020)', async () => {
  const agent = createNoopAgent();
  const p = await aProject({
    queues: { A: [{ id: 'a' }], B: [{ id: 'b' }], C: [{ id: 'c' }], 'In Progress': [], Done: [] },
    agents: { one: 'exit 0', two: 'exit 0' },
    adapters: [agent],
    worker: false,
    routes: ['A', 'B', 'C'].map((queue_name) => ({
      ...{ queue_name, completed_queue: 'Done', agent: queue_name === 'C' ? 'two' : 'one' },
    })),
  });
  const { control, store } = p.project.context;
  p.project.brake.arm('setting up');
  await p.startWorker();
  await control.pause({ scope: 'route', name: 'A', reason: 'flaky tests' }, ann);
  await control.pause({ scope: 'agent', name: 'two', reason: null }, ann);
  await control.disarm(ann);
  await until('b ran', () => agent.runs.some(({ taskId }) => taskId === 'b'));
  const why = async (id: string) => {
    const state = await store.records.getTaskState(id);
    return state?.blockedCode === 'paused' && state.blockedText;
  };
  expect(await until('a says why', () => why('a'))).toBe('route "A" is paused by ann (library): flaky tests');
  expect(await until('c says why', () => why('c'))).toBe('agent "two" is paused by ann (library)');
  expect(agent.runs.map(({ taskId }) => taskId)).toEqual(['b']);
  await control.unpause({ scope: 'route', name: 'A' }, ann);
  await until('a ran', () => agent.runs.some(({ taskId }) => taskId === 'a'));
  await control.unpause({ scope: 'agent', name: 'two' }, ann);
  await until('c ran', () => agent.runs.some(({ taskId }) => taskId === 'c'));
});
