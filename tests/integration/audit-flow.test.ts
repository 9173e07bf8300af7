import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifyFile } from '../../src/adapters/audit/verify-file.ts';
import type { CallContext } from '../../src/api/operation.ts';
import { armKillSwitch } from '../../src/api/operations/arm-kill-switch.ts';
import { disarmKillSwitch } from '../../src/api/operations/disarm-kill-switch.ts';
import { pause } from '../../src/api/operations/pause.ts';
import { status } from '../../src/api/operations/status.ts';
import { runOperation } from '../../src/api/run-operation.ts';
import type { AuditRow } from '../../src/core/ports/store.ts';
import { aProject, settledIn, type TestProject, until } from '../helpers/project.ts';

const queues = (...ids: string[]) => ({
  Todo: ids.map((id) => ({ id, name: `task ${id}` })),
  'In Progress': [],
  Done: [],
  Failed: [],
});

/** The trail, oldest first. */
async function trail({ project }: TestProject): Promise<AuditRow[]> {
  return [...(await project.context.store.records.listAudit(100))].reverse();
}

const actionsOn = async (p: TestProject, subject: string) =>
  (await trail(p)).filter((row) => row.subject === subject).map(({ action }) => action);

/** The trail's own file says that it is whole. */
function expectWhole({ project }: TestProject): void {
  const { chains } = verifyFile(join(project.settings().stateDir, 'records.db'), new Map());
  expect(chains.map(({ fault }) => fault)).toEqual([null]);
}

const calling = ({ project }: TestProject): CallContext => ({
  ...project.context,
  caller: { channel: 'cli', actor: 'ann' },
  idempotencyKey: null,
  boundTaskId: null,
});
const call = (p: TestProject, operation: unknown, input: object) =>
  runOperation(operation as Parameters<typeof runOperation>[0], calling(p), input);

test('a task leaves its claim, its run with the hash of its prompt, and its settlement, in order (R-PROD-029)', async () => {
  const p = await aProject({
    queues: queues('1'),
    agents: { ok: 'true' },
    routes: [{ queue_name: 'Todo', agent: 'ok', completed_queue: 'Done' }],
  });
  await settledIn(p, '1', 'Done');
  expect(await actionsOn(p, '1')).toEqual(['task-claimed', 'task-running', 'task-done']);
  const [claimed, running, done] = (await trail(p)).filter(({ subject }) => subject === '1');
  expect(claimed?.detail).toMatchObject({ from: null, queue: 'Todo', agent: 'ok' });
  expect(running?.detail.prompt_sha256).toBe(
    createHash('sha256').update('Work on task 1: task 1.').digest('hex'),
  );
  expect(done).toMatchObject({ channel: 'auto', detail: { step: 'finish', outcome: 'succeeded' } });
  expect(done?.detail.run_id).toBe(claimed?.detail.run_id);
  expectWhole(p);
});

test('retries and a dead letter are told one by one, with their reason (R-PROD-029)', async () => {
  const p = await aProject({
    queues: queues('1'),
    agents: { bad: 'exit 3' },
    routes: [{ queue_name: 'Todo', agent: 'bad', max_retries: 1, dead_letter_queue: 'Failed' }],
  });
  await settledIn(p, '1', 'Failed');
  const once = ['task-claimed', 'task-running'];
  expect(await actionsOn(p, '1')).toEqual([...once, 'task-retrying', ...once, 'task-dead']);
  const rows = (await trail(p)).filter(({ subject }) => subject === '1');
  expect(rows[2]?.detail).toMatchObject({ step: 'retry', retries: 1, reason: 'exited with code 3' });
  expect(rows[5]?.detail).toMatchObject({ step: 'dead-letter', from: 'running' });
  expectWhole(p);
});

test('a worker that takes part and leaves is in the trail (R-PROD-029)', async () => {
  const p = await aProject({ routes: [], agents: {} });
  const hostId = p.worker?.hostId;
  await p.worker?.stop();
  const workers = (await trail(p)).filter(({ channel }) => channel === 'host');
  expect(workers.map(({ action, subject }) => [action, subject])).toEqual([
    ['worker-started', hostId],
    ['worker-stopped', hostId],
  ]);
});

test('the brake is told with channel and actor wherever it is turned, pauses too (R-PROD-065)', async () => {
  const p = await aProject({ routes: [], agents: {} });
  const settled = (action: string, count = 1) =>
    until(
      action,
      async () => (await trail(p)).filter((row) => row.action === action).length === count && true,
    );
  await call(p, armKillSwitch, { reason: 'too expensive' });
  await settled('brake-armed');
  await call(p, disarmKillSwitch, {});
  await settled('brake-disarmed');
  writeFileSync(p.project.brake.path, '1\n');
  await settled('brake-armed', 2);
  writeFileSync(p.project.brake.path, '0\n');
  await settled('brake-disarmed', 2);
  await call(p, pause, { scope: 'agent', name: 'engineer', reason: 'on leave' });
  await settled('paused');
  const turned = (await trail(p)).filter(({ action }) => action.startsWith('brake-'));
  expect(turned.map(({ action, channel, actor }) => [action, channel, actor])).toEqual([
    ['brake-armed', 'cli', 'ann'],
    ['brake-disarmed', 'cli', 'ann'],
    ['brake-armed', 'file', 'brake file'],
    ['brake-disarmed', 'file', 'brake file'],
  ]);
  expect(turned[0]?.detail).toMatchObject({ reason: 'too expensive', now: false });
  const paused = (await trail(p)).find(({ action }) => action === 'paused');
  expect(paused).toMatchObject({ subject: 'agent engineer', channel: 'cli', actor: 'ann' });
  expect((await call(p, status, {})) as object).toMatchObject({ anomalies: [] });
  expectWhole(p);
});

test('a release by file while agents run is an anomaly that status names (R-PROD-065)', async () => {
  const p = await aProject({
    queues: queues('1'),
    agents: { long: 'exec sleep 60' },
    routes: [{ queue_name: 'Todo', agent: 'long' }],
  });
  const seen = (action: string) =>
    until(action, async () => (await trail(p)).find((row) => row.action === action));
  await seen('task-running');
  await call(p, armKillSwitch, { reason: 'look' });
  await seen('brake-armed');
  writeFileSync(p.project.brake.path, '0\n');
  const released = await seen('brake-disarmed-while-running');
  expect(released).toMatchObject({ channel: 'file', detail: { running: 1 } });
  const told = await until('the notice', async () =>
    (await p.project.context.store.notices.list({ limit: 9 })).find(({ kind }) => kind === 'anomaly'),
  );
  expect(told.body).toContain('released by brake file (file) while an agent was running');
  expect((await call(p, status, {})) as object).toMatchObject({
    anomalies: [{ seq: released.seq, code: 'brake-disarmed-while-running' }],
  });
});

test('a reload is told by the names of what changed, never by values (R-SYS-012)', async () => {
  const p = await aProject({ routes: [{ queue_name: 'Todo', agent: 'ok' }], agents: { ok: 'true' } });
  const { settings, apply } = p.project;
  const engineer = { ...settings().agents.ok, env: { TOKEN: 'geheim' } };
  apply({ ...settings(), agents: { ...settings().agents, ok: engineer as never }, runSecondsMax: 5 });
  const row = await until('the reload', async () =>
    (await trail(p)).find(({ action }) => action === 'config-reloaded'),
  );
  expect(row.detail).toEqual({ keys: ['agents.ok.env', 'runSecondsMax'] });
});
