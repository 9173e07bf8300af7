import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { call } from '../helpers/call.ts';
import { cliCommand } from '../helpers/cli.ts';
import { firstBadRow, rows } from '../helpers/ledger-file.ts';
import { aLedgerProject } from '../helpers/ledger-project.ts';
import { settledIn, until } from '../helpers/project.ts';

/** What is written beside a task's way through its statuses. */
const SIDE = new Set(['cost', 'decision']);

test('tasks of a ledger run in the order of their dependencies and end as done (R-PROD-030, R-PROD-098)', async () => {
  const project = await aLedgerProject({ roles: { code: 'echo "$1" >> order', qa: 'echo "$1" >> order' } });
  const build = await call(project.project, 'file-task', { agent: 'code', title: 'Build' });
  const check = await call(project.project, 'file-task', {
    ...{ agent: 'qa', title: 'Check', priority: 0, dependencies: [build.id] },
  });
  expect(check.ledger).toMatchObject({ role: 'qa', priority: 0, dependencies: [build.id] });
  await settledIn(project, String(check.id), 'qa:done');
  await settledIn(project, String(build.id), 'code:done');
  const [a, b] = rows<{ finished_at: string }>(project.file, 'select finished_at from tasks order by rowid');
  expect(a?.finished_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(a!.finished_at <= b!.finished_at).toBe(true);
  expect(firstBadRow(project.file)).toBe(0);
});

test('a role that fails gets its tries, then the task is escalated with its reason (R-PROD-041, R-PROD-029)', async () => {
  const project = await aLedgerProject({ roles: { code: 'exit 3' } });
  const { id } = await call(project.project, 'file-task', { agent: 'code', title: 'Build' });
  const task = await settledIn(project, String(id), 'code:escalated');
  expect(task.ledger).toMatchObject({ status: 'escalated', retryCount: 2 });
  expect(task.ledger?.escalationReason).toContain('exited with code 3');
  const sql = 'select action from audit_log where task_id = ? order by id';
  const all = rows<{ action: string }>(project.file, sql, id);
  expect(all.map(({ action }) => action).filter((action) => !SIDE.has(action))).toEqual([
    ...['task_inserted', 'dispatch', 'task_failed', 'task_requeued', 'dispatch', 'task_failed', 'escalation'],
  ]);
  expect(rows(project.file, 'select outcome, step from task_runs order by ended_at')).toEqual([
    { outcome: 'failed', step: 'retry' },
    { outcome: 'failed', step: 'escalate' },
  ]);
  expect(firstBadRow(project.file)).toBe(0);
});

test('what an agent of a run files is its task’s child, and is said to be blocked while it is (R-PROD-024, R-PROD-046)', async () => {
  const project = await aLedgerProject({
    roles: { code: 'while [ ! -e go ]; do sleep 0.05; done', qa: 'true' },
  });
  const parent = await call(project.project, 'create-task', { queue_name: 'code', name: 'Build' });
  const run = await until('a run of the task', async () => {
    const [found] = await project.project.context.store.projection.listRuns({
      taskId: String(parent.id),
      limit: 1,
    });
    return found;
  });
  const callingRun = { runId: run.runId, taskId: String(parent.id) };
  const filed = await call(
    project.project,
    'file-task',
    { agent: 'qa', title: 'Check', dependencies: [parent.id] },
    { callingRun },
  );
  expect(filed.ledger).toMatchObject({ parent_task_id: parent.id });
  expect(filed.waiting_reason).toContain(`task ${parent.id}, which is in_progress`);
  expect(await call(project.project, 'why-task', { task_id: filed.id })).toMatchObject({
    code: 'dependencies',
  });
  const decision = { decision: 'One table', rationale: 'simple' };
  await call(project.project, 'record-decision', decision, { callingRun });
  await call(project.project, 'record-asset', { path: 'cart.md', asset_type: 'content' }, { callingRun });
  expect(await call(project.project, 'list-decisions', { task_id: parent.id })).toMatchObject([
    { kind: 'dispatch', agent: 'producer' },
    { kind: 'decision', agent: 'code', ...decision },
  ]);
  expect(rows(project.file, 'select agent_id, task_id, path from asset_registry')).toEqual([
    { agent_id: 'code', task_id: parent.id, path: 'cart.md' },
  ]);
  writeFileSync(`${project.dir}/go`, '');
  await settledIn(project, String(filed.id), 'qa:done');
});

test('an agent files its follow-up from the command line, and it runs (R-PROD-024, R-PROD-046)', async () => {
  const { command, args } = cliCommand(['task', 'file', '--agent', 'qa', '--title', 'Check'], { cwd: '.' });
  const file = [command, ...args].map((word) => `'${word}'`).join(' ');
  const project = await aLedgerProject({ roles: { code: `${file} > filed`, qa: 'true' } });
  const { id } = await call(project.project, 'file-task', { agent: 'code', title: 'Build' });
  await settledIn(project, String(id), 'code:done');
  const filed = readFileSync(`${project.dir}/filed`, 'utf8').trim();
  const task = await settledIn(project, filed, 'qa:done');
  expect(task.ledger).toMatchObject({ parentTaskId: id, priority: 3 });
  const [row] = rows<{ agent_owner: string }>(
    project.file,
    'select * from audit_log where task_id = ?',
    filed,
  );
  expect(row?.agent_owner).toBe('code');
});

test('an unknown role is refused with the roles there are (R-PROD-024)', async () => {
  const project = await aLedgerProject({ roles: { code: 'true', qa: 'true' } });
  await expect(call(project.project, 'file-task', { agent: 'cod', title: 'Build' })).rejects.toMatchObject({
    code: 'queue-not-found',
    hint: expect.stringContaining('code, qa'),
  });
});
