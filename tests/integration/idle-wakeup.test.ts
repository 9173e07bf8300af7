import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { Notice } from '../../src/core/schema/notice.ts';
import { aProject, type TestProject, until } from '../helpers/project.ts';

const caller = { channel: 'cli', actor: 'tester' } as const;
const noticesOf = (p: TestProject) => p.project.context.store.notices.list({ limit: 50 });
const noticed = (p: TestProject, subject: string): Promise<Notice> =>
  until(`notice "${subject}"`, async () => (await noticesOf(p)).find((one) => one.subject === subject));

/** Rows of the ledger's own chain. */
function trail(p: TestProject, action: string): Record<string, unknown>[] {
  const db = new Database(join(p.dir, 'ledger.db'), { readonly: true });
  const rows = db.prepare('select detail from audit_log where action = ? order by id').pluck().all(action);
  db.close();
  return (rows as string[]).map((row) => JSON.parse(row) as Record<string, unknown>);
}

/** A team of `code` and `wakeup`, whose wake-up looks around until there is a file `go`. */
function aTeam(notifications: Record<string, unknown> = {}) {
  const wait = {
    kind: 'command',
    command: ['sh', '-c', 'while [ ! -e go ]; do sleep 0.05; done; echo looked'],
  };
  return aProject({
    routes: [],
    config: {
      board: { kind: 'ledger', path: 'ledger.db' },
      roles: { code: { kind: 'command', command: ['true'] }, wakeup: wait },
      idle_threshold_polls: 2,
      poll_interval: 0.5,
      notifications,
    },
  });
}

test('an idle team is woken; what the wake-up files is its verdict, and then the team is back (R-PROD-101, R-PROD-102)', async () => {
  const p = await aTeam();
  const { board, store } = p.project.context;
  const [filed] = await until(
    'a wake-up',
    () => trail(p, 'idle_wakeup_dispatched').length > 0 && trail(p, 'idle_wakeup_dispatched'),
  );
  const taskId = String(filed!.task_id);
  expect((await board.getTask(taskId)).ledger).toMatchObject({
    ...{ role: 'wakeup', priority: 0, payload: { trigger: 'idle_threshold', idle_polls: 2 } },
  });
  const run = await until('its run', async () => (await store.projection.listRuns({ taskId, limit: 1 }))[0]);
  const filedBy = { runId: run.runId, taskId, agent: 'wakeup' };
  await expect(board.createTask('wakeup', 'Again', '', { ledger: { filedBy } })).rejects.toThrow(/recursion/);
  await board.createTask('code', 'Write the tests', 'All of them.', { ledger: { filedBy } });
  writeFileSync(join(p.dir, 'go'), '');
  const told = await noticed(p, '[Wake-up] Kicked off 1 task(s)');
  expect(told.body).toBe('looked');
  await until('a verdict', () => trail(p, 'idle_wakeup_verdict').length === 1);
  expect(trail(p, 'idle_wakeup_verdict')).toEqual([{ task_id: taskId, verdict: 'queued', tasks_queued: 1 }]);
  // Nobody was told that the team is idle: it was woken instead (R-PROD-076).
  expect((await noticesOf(p)).filter(({ subject }) => subject === 'Team idle')).toEqual([]);
});

test('a wake-up that finds nothing says so; the next one waits for its cooldown (R-PROD-101, R-PROD-102)', async () => {
  const p = await aTeam();
  writeFileSync(join(p.dir, 'go'), '');
  await noticed(p, '[Wake-up] Goals appear met');
  await until('a skipped one', () => trail(p, 'idle_wakeup_skipped').length === 1);
  expect(trail(p, 'idle_wakeup_skipped')).toEqual([{ reason: 'cooldown_or_saturated', idle_polls: 2 }]);
  expect(trail(p, 'idle_wakeup_dispatched')).toHaveLength(1);
  expect((await noticesOf(p)).filter(({ kind }) => kind === 'back-online')).toEqual([]);
});

test('nobody is woken while the kill switch is armed (R-PROD-062, R-PROD-101)', async () => {
  const p = await aProject({
    routes: [],
    worker: false,
    config: {
      board: { kind: 'ledger', path: 'ledger.db' },
      roles: { wakeup: { kind: 'command', command: ['true'] } },
      idle_threshold_polls: 1,
      poll_interval: 0.2,
    },
  });
  const { control, store } = p.project.context;
  await control.arm({ reason: 'stop', stopRunning: false }, caller);
  await p.startWorker();
  const held = await until('seen as held', async () => {
    const state = (await store.records.watchState('idle')) as { heldAt: number | null } | null;
    return state?.heldAt;
  });
  await until('looks', () => Date.now() - held > 1_000);
  expect(trail(p, 'idle_wakeup_dispatched')).toEqual([]);
  await control.disarm(caller);
  await until('a wake-up', () => trail(p, 'idle_wakeup_dispatched').length === 1);
});

test('without wake-ups people are told once that the team is idle, and once that it is back (R-PROD-076, R-PROD-077)', async () => {
  const p = await aTeam({ idle_wakeup_enabled: false });
  const told = await noticed(p, 'Team idle');
  expect(told).toMatchObject({ kind: 'idle', priority: 'default', tags: 'hourglass', resolvedAt: null });
  expect(told.body).toBe('Producer has had 2 consecutive empty polls (~1s). Queue is empty.');
  await p.worker?.stop();
  // The episode goes on over a restart, and is told once.
  await p.startWorker();
  await p.project.context.board.createTask('code', 'Work', 'Do it.', {});
  await noticed(p, 'Team back online');
  const all = await noticesOf(p);
  expect(all.filter(({ subject }) => subject === 'Team idle')).toHaveLength(1);
  expect(all.find(({ subject }) => subject === 'Team idle')?.resolvedAt).not.toBeNull();
  await until('idle again', async () => {
    const idle = (await noticesOf(p)).filter(({ subject }) => subject === 'Team idle');
    return idle.length === 2 && idle[0]?.resolvedAt === null;
  });
});
