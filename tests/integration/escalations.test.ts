import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ASKS, askedBy } from '../helpers/asking.ts';
import { call } from '../helpers/call.ts';
import { aProject, settledIn, type TestProject, until } from '../helpers/project.ts';

const caseOf = (p: TestProject, taskId: string) =>
  join(p.project.settings().escalationsDir ?? '', `${taskId}.md`);

/** Fails until the test lets it succeed; keeps the prompt it was given. */
const AGENT = `printf '%s' "$1" > "prompt-$TASK_ID"
test -e well || { echo "it broke"; exit 3; }`;

const auditOf = async (p: TestProject, action: string) =>
  (await p.project.context.store.records.listAudit(50)).filter((one) => one.action === action);

test('a task that is given up is told with everything a person needs, and requeued with a note (R-PROD-066, R-PROD-067)', async () => {
  const p = await aProject({
    queues: {
      Todo: [{ id: '1', name: 'ship it', description: 'All of it' }],
      'In Progress': [],
      Done: [],
      Failed: [],
    },
    agents: { code: AGENT },
    routes: [
      {
        queue_name: 'Todo',
        agent: 'code',
        max_retries: 1,
        dead_letter_queue: 'Failed',
        completed_queue: 'Done',
      },
    ],
  });
  await settledIn(p, '1', 'Failed');
  const file = await until('the case is written', () => existsSync(caseOf(p, '1')) && caseOf(p, '1'));
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('# Escalation: ship it\n\n**Task ID:** `1`\n**Agent:** code\n');
  expect(text).toContain('**Reason:** failed 2× (max 2); last error: exited with code 3\n');
  expect(text.match(/^- Run \d of code/gm)).toHaveLength(2);
  expect(text).toContain('## Last output\n\n```text\nit broke\n```');
  const open = async () =>
    (await p.project.context.store.notices.list({ open: true, limit: 9 })).map((n) => n.key);
  // The last thing that is told of it.
  await until('its notice is open', async () => (await open()).length > 0);
  expect(await auditOf(p, 'escalation')).toMatchObject([
    { subject: '1', detail: { agent: 'code', path: file } },
  ]);
  expect(await open()).toEqual(['escalation:1']);

  writeFileSync(join(p.dir, 'well'), '');
  const requeued = await call(p.project, 'requeue-task', { task_id: '1', note: 'Use the other server' });
  expect(requeued).toMatchObject({ queue_name: 'Todo', escalation: expect.stringContaining('resolved') });
  await settledIn(p, '1', 'Done');
  expect(readFileSync(join(p.dir, 'prompt-1'), 'utf8')).toBe(
    'Work on task 1: ship it.\n\nNote from test: Use the other server',
  );
  expect(existsSync(file)).toBe(false);
  const resolved = readFileSync(String(requeued.escalation), 'utf8');
  expect(resolved).toContain('## Resolution\n\n**Action:** requeued\n**By:** test (mcp)\n');
  expect(resolved).toContain('Use the other server');
  expect(await open()).toEqual([]);
  expect(await p.project.context.store.taskNotes.untold('1')).toEqual([]);
});

const LEDGER = {
  board: { kind: 'ledger', path: 'ledger.db' },
  roles: {
    code: { kind: 'command', command: ['./code.sh'], max_retries: 0 },
    qa: { kind: 'command', command: ['./qa.sh'] },
  },
};

const aLedger = () =>
  aProject({ agents: { code: AGENT, qa: 'printf "%s" "$1" > "qa-$TASK_ID"' }, routes: [], config: LEDGER });

const filed = async (p: TestProject, queue_name: string): Promise<string> =>
  String(
    (await call(p.project, 'create-task', { queue_name, name: 'ship it', description: 'All of it' })).id,
  );

test('an escalated task of a role is rerouted to another, with a note and a fresh count (R-PROD-067, R-PROD-070)', async () => {
  const p = await aLedger();
  const id = await filed(p, 'code');
  await settledIn(p, id, 'code:escalated');
  await until('the case is written', () => existsSync(caseOf(p, id)));
  expect(readFileSync(caseOf(p, id), 'utf8')).toContain(
    `dispatch task reroute ${id} --agent qa --note "Why"`,
  );
  const decisions = await p.project.context.board.book?.decisionsOn(id);
  expect(decisions).toMatchObject([{ kind: 'dispatch' }, { kind: 'escalate', artifact: caseOf(p, id) }]);
  await call(p.project, 'reroute-task', { task_id: id, agent: 'qa', note: 'Only the tests are left' });
  await settledIn(p, id, 'qa:done');
  expect(readFileSync(join(p.dir, `qa-${id}`), 'utf8')).toContain('Note from test: Only the tests are left');
  const { ledger } = await p.task(id);
  expect(ledger).toMatchObject({ role: 'qa', status: 'done', retryCount: 0 });
});

test('a task is killed and requeued later, refused where that makes no sense (R-PROD-023, R-PROD-070)', async () => {
  const p = await aLedger();
  const id = await filed(p, 'code');
  await settledIn(p, id, 'code:escalated');
  const killed = await call(p.project, 'kill-task', { task_id: id, reason: 'not needed' });
  expect(killed.queue_name).toBe('code:killed');
  expect(await p.comments(id)).toContain('Killed by test: not needed');
  await expect(call(p.project, 'kill-task', { task_id: id })).rejects.toThrow('is killed already');
  writeFileSync(join(p.dir, 'well'), '');
  await call(p.project, 'requeue-task', { task_id: id });
  await settledIn(p, id, 'code:done');
  await expect(call(p.project, 'requeue-task', { task_id: id })).rejects.toThrow('is done');
  await expect(call(p.project, 'reroute-task', { task_id: id, agent: 'nobody' })).rejects.toThrow(
    'no route has an agent "nobody"',
  );
  await call(p.project, 'requeue-task', { task_id: id, force: true });
  await settledIn(p, id, 'code:done');
});

test('a task of an unknown role goes to a person, with the fixed reason (R-PROD-106)', async () => {
  const p = await aLedger();
  const task = await p.project.context.board.createTask('art', 'paint', 'it', { ledger: { force: true } });
  await until('it is escalated', async () => (await p.task(task.id)).queueName === 'art:escalated');
  const text = readFileSync(caseOf(p, task.id), 'utf8');
  expect(text).toContain('**Reason:** unknown agent_owner / role not configured: art\n');
  await expect(call(p.project, 'requeue-task', { task_id: task.id })).rejects.toThrow(
    'no route has an agent "art"',
  );
});

test('ids never leave the directory of escalations (R-PROD-066)', async () => {
  const p = await aProject({
    queues: { Todo: [{ id: '../../x', name: 'out' }], 'In Progress': [], Failed: [] },
    agents: { bad: 'exit 3' },
    routes: [{ queue_name: 'Todo', agent: 'bad', dead_letter_queue: 'Failed' }],
  });
  await settledIn(p, '../../x', 'Failed');
  const dir = p.project.settings().escalationsDir ?? '';
  const names = await until(
    'the case is written',
    () => existsSync(dir) && readdirSync(dir).some((name) => name.endsWith('.md')) && readdirSync(dir),
  );
  expect(names).toEqual([expect.stringMatching(/^_\w+-[0-9a-f]{12}\.md$/)]);
});

test('a task that a budget hands to a person leaves its line with the fixed reason (R-PROD-049, R-PROD-106)', async () => {
  const config = {
    ...LEDGER,
    budget: { agents: { code: { daily_cap_usd: 0, on_budget: 'escalate' } } },
  };
  const p = await aProject({ agents: { code: AGENT, qa: 'true' }, routes: [], config });
  const id = await filed(p, 'code');
  await until('it is escalated', async () => (await p.task(id)).queueName === 'code:escalated');
  expect(readFileSync(caseOf(p, id), 'utf8')).toMatch(/^\*\*Reason:\*\* budget breached pre-dispatch: .+/m);
  expect(await p.project.context.store.projection.listRuns({ taskId: id, limit: 1 })).toEqual([]);
});

test('a role whose question nobody answers is escalated with that reason (R-PROD-068, R-PROD-106)', async () => {
  const p = await aProject({
    agents: { code: ASKS, qa: 'true' },
    routes: [],
    config: { ...LEDGER, questions: { default_after: 0.5 } },
  });
  const id = await filed(p, 'code');
  await askedBy(p);
  await settledIn(p, id, 'code:escalated');
  const reason = 'no answer to its question: Which colour?';
  expect((await p.task(id)).ledger).toMatchObject({ escalationReason: reason });
  const file = await until('the case is written', () => existsSync(caseOf(p, id)) && caseOf(p, id));
  expect(readFileSync(file, 'utf8')).toContain(`**Reason:** ${reason}\n`);
});

const MONEY = { agents: { code: { daily_cap_usd: 0, on_budget: 'escalate' } } };
const RESOLVED_BY_HAND = '**Action:** put back to work\n**By:** somebody at the board\n';

/** The case of a task and its notice are over. */
async function closed(p: TestProject, id: string): Promise<string> {
  await until('its case is put away', () => !existsSync(caseOf(p, id)));
  const open = await p.project.context.store.notices.list({ open: true, limit: 9 });
  expect(open.filter(({ kind }) => kind === 'escalation')).toEqual([]);
  return readFileSync(join(p.project.settings().escalationsDir ?? '', 'resolved', `${id}.md`), 'utf8');
}

test('a case of a budget is over when its task is put back by hand and taken up (R-PROD-049, R-PROD-067)', async () => {
  const p = await aProject({
    agents: { code: AGENT, qa: 'true' },
    routes: [],
    config: { ...LEDGER, budget: MONEY },
  });
  const id = await filed(p, 'code');
  await until('it is escalated', async () => (await p.task(id)).queueName === 'code:escalated');
  expect(existsSync(caseOf(p, id))).toBe(true);
  writeFileSync(join(p.dir, 'well'), '');
  await call(p.project, 'budget-set', { name: 'code', usd: '5' });
  await p.project.context.board.moveTask(id, 'code');
  await settledIn(p, id, 'code:done');
  expect(await closed(p, id)).toContain(RESOLVED_BY_HAND);
});

test('a case of an unknown role is over when its task is given to a known one by hand (R-PROD-067, R-PROD-106)', async () => {
  const p = await aLedger();
  const { board } = p.project.context;
  const { id } = await board.createTask('art', 'paint', 'it', { ledger: { force: true } });
  await until('it is escalated', async () => (await p.task(id)).queueName === 'art:escalated');
  expect(existsSync(caseOf(p, id))).toBe(true);
  await board.moveTask(id, 'qa');
  await settledIn(p, id, 'qa:done');
  expect(await closed(p, id)).toContain(RESOLVED_BY_HAND);
});
