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

/** Tasks of the night: from two of `code` something was filed, from its last nothing was. */
function aNight({ dir }: Pick<TestProject, 'dir'>): void {
  const db = new Database(join(dir, 'ledger.db'));
  const add = db.prepare(
    `insert into tasks (id, agent_owner, status, title, description, parent_task_id, created_at, finished_at)
     values (?, ?, 'done', ?, '', ?, '2026-11-20T00:00:00Z', ?)`,
  );
  add.run('C1', 'code', 'First', null, '2026-11-20T01:00:00Z');
  add.run('Q1', 'qa', 'Check the first', 'C1', '2026-11-20T02:00:00Z');
  add.run('C2', 'code', 'Second', null, '2026-11-20T03:00:00Z');
  add.run('C3', 'code', 'Third', 'C2', '2026-11-20T04:00:00Z');
  add.run('Q2', 'qa', 'Check the second', 'C2', '2026-11-20T05:00:00Z');
  db.close();
}
const STALL = 'code, C3 "Third", done at 2026-11-20T04:00:00Z; it filed tasks after 2 of its 2 others';

/** A team with a planner that looks around until there is a file `go`, after such a night. */
async function aPlannedTeam(notifications: Record<string, unknown> = {}) {
  const wait = ['sh', '-c', 'while [ ! -e go ]; do sleep 0.05; done; echo planned'];
  const p = await aProject({
    routes: [],
    worker: false,
    config: {
      board: { kind: 'ledger', path: 'ledger.db' },
      roles: {
        ...{ code: { kind: 'command', command: ['true'] }, wakeup: { kind: 'command', command: ['true'] } },
        lead: { kind: 'command', command: wait },
      },
      ...{ planner: 'lead', idle_threshold_polls: 2, poll_interval: 0.5, notifications },
    },
  });
  await p.project.context.board.listQueues();
  aNight(p);
  await p.startWorker();
  return p;
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
  // A skip leaves nobody in the dark.
  await noticed(p, 'Team idle');
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

test('an idle team with a planner is planned for: the planner learns where work ended, and files what comes next (R-PROD-046)', async () => {
  const p = await aPlannedTeam();
  const { board, store } = p.project.context;
  await until('a planning task', () => trail(p, 'idle_wakeup_dispatched').length > 0);
  const taskId = String(trail(p, 'idle_wakeup_dispatched')[0]?.task_id);
  expect((await board.getTask(taskId)).ledger).toMatchObject({
    ...{ role: 'lead', priority: 0 },
    payload: {
      ...{ trigger: 'idle_threshold', idle_polls: 2 },
      stall: [{ task_id: 'C3', role: 'code', at: '2026-11-20T04:00:00Z', usually: { filed: 2, of: 2 } }],
    },
  });
  const run = await until('its run', async () => (await store.projection.listRuns({ taskId, limit: 1 }))[0]);
  expect(run.prompt).toContain('Title: Plan: nothing is left to do');
  expect(run.prompt).toContain(`- ${STALL}`);
  expect(run.prompt).toContain('"task_id": "C3"');
  const filedBy = { runId: run.runId, taskId, agent: 'lead' };
  await board.createTask('code', 'Write the tests', 'All of them.', { ledger: { filedBy } });
  writeFileSync(join(p.dir, 'go'), '');
  await noticed(p, '[Wake-up] Kicked off 1 task(s)');
  // The role wakeup is left alone.
  expect((await store.projection.listRuns({ limit: 9 })).map(({ queueName }) => queueName)).not.toContain(
    'wakeup',
  );
});

test('a planner is told so many times and no more; its own work is no news (R-PROD-046, R-PROD-101)', async () => {
  const p = await aPlannedTeam({ idle_wakeup_cooldown_seconds: 0 });
  writeFileSync(join(p.dir, 'go'), '');
  await until('a skipped one', () => trail(p, 'idle_wakeup_skipped').length === 1);
  expect(trail(p, 'idle_wakeup_verdict').map(({ verdict }) => verdict)).toEqual(['done', 'done']);
  expect(trail(p, 'idle_wakeup_dispatched')).toHaveLength(2);
  expect((await noticesOf(p)).filter(({ kind }) => kind === 'back-online')).toEqual([]);
});

test('people are told where work ended, in the notice and in the report (R-PROD-046)', async () => {
  const p = await aPlannedTeam({ idle_wakeup_enabled: false });
  const told = await noticed(p, 'Team idle');
  expect(told.body).toBe(
    `Producer has had 2 consecutive empty polls (~1s). Queue is empty.\n\nLast to end without filing a task:\n- ${STALL}`,
  );
  const { markdown } = await p.project.context.reports.write('2026-11-20', caller);
  expect(markdown).toContain(`- Nothing is left to do. Last to end without filing a task: ${STALL}.\n`);
});
