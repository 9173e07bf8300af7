import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { firstBadRow, rows } from '../helpers/ledger-file.ts';
import { until } from '../helpers/project.ts';
import { aRoleProject, type RoleProject } from '../helpers/role-project.ts';

/** Keeps what it was asked, and when it ran. */
const KEEP = 'printf %s "$1" > "prompt-$DISPATCH_ATTEMPT"; echo "$TASK_ID $TASK_QUEUE" >> order';

const order = ({ dir }: RoleProject) => readFileSync(join(dir, 'order'), 'utf8').trim().split('\n');

const task = ({ file }: RoleProject, id: string) =>
  rows(
    file,
    'select status, retry_count, escalation_reason, config_isolation from tasks where id = ?',
    id,
  )[0];

const runs = ({ file }: RoleProject, id: string) =>
  rows(
    file,
    'select agent, outcome, step, reason, retry_count from task_runs where task_id = ? order by ended_at',
    id,
  );

test('a role gets its task in the fixed layout, whatever description and payload hold (R-PROD-037, R-PROD-038, R-PROD-040)', async () => {
  const p = await aRoleProject({ 'front-end': KEEP });
  const id = await p.add('front-end', 'Build the cart', {
    description: 'First line.\n    Indented line.\n\nLast line.',
    payload: { size: 3, names: ['a', 'ü'] },
  });
  await p.ended(id, 'front-end:done');
  const prompt = readFileSync(join(p.dir, 'prompt-1'), 'utf8');
  expect(prompt.split('\n\nOperating contract:\n')[0]).toBe(
    [
      'You are the Front-End agent for Night shift.',
      `Task ID: ${id}\nTitle: Build the cart\nSprint: (none)`,
      'Description:\nFirst line.\n    Indented line.\n\nLast line.',
      'Payload:\n{\n  "size": 3,\n  "names": [\n    "a",\n    "ü"\n  ]\n}',
    ].join('\n\n'),
  );
  const contract = prompt.split('\n\nOperating contract:\n')[1]?.trimEnd().split('\n') ?? [];
  expect(contract).toHaveLength(6);
  expect(contract.every((line) => line.startsWith('* '))).toBe(true);
  expect(runs(p, id)).toEqual([
    { agent: 'front-end', outcome: 'success', step: 'done', reason: null, retry_count: 0 },
  ]);
  const [run] = await p.project.context.store.projection.listRuns({ taskId: id, limit: 1 });
  expect(run?.surface).toBe('role');
});

const running = (p: RoleProject, id: string) =>
  until(
    `task ${id} runs`,
    async () => (await p.project.context.store.records.getTaskState(id))?.status === 'running',
  );

test('tasks run one at a time over all roles, the most urgent first and then the oldest (R-PROD-030, R-PROD-105)', async () => {
  const serial = `while [ ! -e go ]; do sleep 0.02; done; [ -e busy ] && echo overlap >> order; touch busy; ${KEEP}; sleep 0.1; rm busy`;
  const p = await aRoleProject({ code: serial, qa: serial });
  const gate = await p.add('code', 'gate');
  await running(p, gate);
  const later = await p.add('code', 'later', { priority: 5 });
  const first = await p.add('code', 'first');
  const second = await p.add('qa', 'second');
  const urgent = await p.add('qa', 'urgent', { priority: 0 });
  writeFileSync(join(p.dir, 'go'), '');
  await p.ended(later, 'code:done');
  expect(order(p).map((line) => line.split(' ')[0])).toEqual([gate, urgent, first, second, later]);
});

test('a role that fails has three tries, each told of the one before, then a person has the task (R-PROD-041, R-PROD-106)', async () => {
  const p = await aRoleProject({ code: `${KEEP}; echo "no such table"; exit 3` });
  const id = await p.add('code', 'Build');
  await p.ended(id, 'code:escalated');
  expect(task(p, id)).toMatchObject({
    ...{ status: 'escalated', retry_count: 3 },
    escalation_reason: 'failed 3× (max 3); last error: exited with code 3',
  });
  expect(runs(p, id).map(({ step }) => step)).toEqual(['retry', 'retry', 'escalate']);
  expect(readFileSync(join(p.dir, 'prompt-1'), 'utf8')).not.toContain('Previous attempt:');
  expect(readFileSync(join(p.dir, 'prompt-2'), 'utf8')).toMatch(
    /\n\nPrevious attempt:\nexited with code 3\nIt ended with:\nno such table\n$/,
  );
  const actions = rows<{ action: string }>(p.file, 'select action from audit_log where task_id = ?', id);
  expect(actions.map(({ action }) => action)).toEqual([
    'task_inserted',
    ...['dispatch', 'cost', 'task_failed', 'task_requeued'],
    ...['dispatch', 'cost', 'task_failed', 'task_requeued'],
    ...['dispatch', 'cost', 'task_failed', 'escalation'],
  ]);
  const errors = rows<{ error: string }>(
    p.file,
    `select detail ->> 'error' as error from audit_log where action = 'task_failed'`,
  );
  expect(errors.map(({ error }) => error)).toEqual(Array(3).fill('exited with code 3'));
  expect(firstBadRow(p.file)).toBe(0);
});

test('a role that takes too long is ended and tried again (R-PROD-018, R-PROD-044)', async () => {
  const role = {
    kind: 'command',
    command: ['sh', '-c', 'exec sleep 100'],
    timeout_seconds: 0.3,
    max_retries: 0,
  };
  const p = await aRoleProject({ code: role });
  const id = await p.add('code', 'Build');
  await p.ended(id, 'code:escalated');
  expect(task(p, id)).toMatchObject({
    escalation_reason: expect.stringContaining('failed 1× (max 1); last error: timed out'),
  });
});

test('what no other try can help waits for a person as failed and burns no tries (R-PROD-041, R-PROD-042)', async () => {
  const p = await aRoleProject({ code: { kind: 'command', command: ['./is-not-there'] } });
  const id = await p.add('code', 'Build');
  await p.ended(id, 'code:failed');
  expect(task(p, id)).toMatchObject({ status: 'failed' });
  expect(runs(p, id)).toHaveLength(1);
});

test('a run that its worker did not survive, or was told to end with, is no attempt (R-PROD-044)', async () => {
  const p = await aRoleProject({ code: `${KEEP}; [ -e go ] || exec sleep 100` });
  const id = await p.add('code', 'Build');
  await running(p, id);
  await p.worker?.stop();
  expect(task(p, id)).toMatchObject({ status: 'pending', retry_count: 0 });
  writeFileSync(join(p.dir, 'go'), '');
  await p.startWorker();
  await p.ended(id, 'code:done');
  expect(runs(p, id).map(({ step, retry_count }) => [step, retry_count])).toEqual([
    ['return', 0],
    ['done', 0],
  ]);
});

test('a role of any name may be any program; it works in the project’s root, and no other role pays for its start (R-PROD-013, R-PROD-014, R-PROD-039, R-PROD-045)', async () => {
  const p = await aRoleProject({ 'night owl': 'pwd -P > where; echo 0.25 > "$DISPATCH_COST_FILE"' });
  const id = await p.add('night owl', 'Look around', { description: 'x' });
  await p.ended(id, 'night owl:done');
  expect(readFileSync(join(p.dir, 'where'), 'utf8').trim()).toBe(realpathSync(p.dir));
  const booked = await p.project.context.store.records.listSpend({ limit: 10 });
  expect(booked.map(({ agent, microUsd }) => [agent, microUsd])).toEqual([['night owl', 250_000]]);
});
