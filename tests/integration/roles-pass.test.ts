import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startWorker } from '../../src/compose-worker.ts';
import { rows } from '../helpers/ledger-file.ts';
import { aRoleProject, type RoleProject } from '../helpers/role-project.ts';

const never = new AbortController().signal;

/** A worker that makes one pass. */
async function passing(p: RoleProject, stop: AbortSignal = never) {
  const worker = await startWorker(p.project, [], { onePass: true });
  try {
    return await worker.pass(stop);
  } finally {
    await worker.stop();
  }
}

/** Files tasks while a worker is there that starts nothing. */
async function filed(p: RoleProject, ...tasks: (readonly [role: string, title: string])[]) {
  const worker = await startWorker(p.project, [], { onePass: true });
  const ids: string[] = [];
  for (const [role, title] of tasks) ids.push(await p.add(role, title));
  await worker.stop();
  return ids;
}

const statusOf = (p: RoleProject, id: string | undefined) =>
  rows(p.file, 'select status, retry_count from tasks where id = ?', id)[0];

test('a pass gives each task that is ready one try; what fails or is filed meanwhile is left (R-PROD-035)', async () => {
  const p = await aRoleProject(
    { code: 'echo "$TASK_ID" >> order', qa: 'echo "$TASK_ID" >> order; [ -e fixed ] || exit 1' },
    { worker: false },
  );
  const [good, bad] = await filed(p, ['code', 'good'], ['qa', 'bad']);
  expect(await passing(p)).toEqual({ dispatched: 2, escalated: 0, stoppedBy: null });
  expect(statusOf(p, good)).toEqual({ status: 'done', retry_count: 0 });
  expect(statusOf(p, bad)).toEqual({ status: 'pending', retry_count: 1 });
  expect(readFileSync(join(p.dir, 'order'), 'utf8').trim().split('\n')).toEqual([good, bad]);
  // The next pass goes on with it, and so does a worker that stays.
  expect(await passing(p)).toEqual({ dispatched: 1, escalated: 0, stoppedBy: null });
  expect(statusOf(p, bad)).toEqual({ status: 'pending', retry_count: 2 });
  writeFileSync(join(p.dir, 'fixed'), '');
  await p.startWorker();
  await p.ended(String(bad), 'qa:done');
});

test('a pass says what it left to people, and ends at once under an armed kill switch (R-PROD-035)', async () => {
  const p = await aRoleProject(
    { code: { kind: 'command', command: ['false'], max_retries: 0 }, qa: 'true' },
    { worker: false },
  );
  const [bad] = await filed(p, ['code', 'bad']);
  expect(await passing(p)).toEqual({ dispatched: 1, escalated: 1, stoppedBy: null });
  expect(statusOf(p, bad)).toMatchObject({ status: 'escalated' });
  const [later] = await filed(p, ['qa', 'later']);
  p.project.brake.arm('enough');
  expect(await passing(p)).toEqual({ dispatched: 0, escalated: 0, stoppedBy: 'brake' });
  expect(statusOf(p, later)).toMatchObject({ status: 'pending' });
});
