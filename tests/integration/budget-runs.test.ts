import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QueryDefinition } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { governorWorkflowId } from '../../src/core/ids.ts';
import type { BudgetState } from '../../src/core/policy/money/money-state.ts';
import { budgetQuery, statusQuery } from '../../src/workflows/messages.ts';
import { aFolder } from '../helpers/agent-run.ts';
import { call } from '../helpers/call.ts';
import { aClaudeProject } from '../helpers/claude-project.ts';
import { aRecord } from '../helpers/fake-claude.ts';
import { aProject, settledIn, type TestProject, until } from '../helpers/project.ts';

const tasks = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `${n + 1}`, name: `t${n}` }));
const QUEUES = { Todo: tasks(1), 'In Progress': [], Done: [], Failed: [] };
const route = (agent: string, more: object = {}) => ({
  ...{ queue_name: 'Todo', agent, completed_queue: 'Done', dead_letter_queue: 'Failed', ...more },
});

async function governorOf<Answer>(
  { project }: TestProject,
  query: QueryDefinition<Answer, []>,
): Promise<Answer> {
  const client = await project.client();
  return client.workflow.getHandle(governorWorkflowId(project.settings().project)).query(query);
}

async function budgetOf(p: TestProject): Promise<BudgetState> {
  const budget = await governorOf(p, budgetQuery);
  if (budget === null) throw new Error('no budget');
  return budget;
}

const booked = (p: TestProject) => p.project.context.store.records.listSpend({ limit: 1_000 });
const stateOf = (p: TestProject, id: string) => p.project.context.store.records.getTaskState(id);
const waitsOnBudget = (p: TestProject, id: string) =>
  until(`task ${id} waits on budget`, async () => {
    const state = await stateOf(p, id);
    return state?.blockedCode === 'budget' && (await p.task(id)).queueName === 'Todo' && state;
  });

describe('the governor and the table of what was spent agree', () => {
  test('$1.23 reported is +$1.23 for the agent, the day, the month and in all (R-PROD-056, R-SYS-018)', async () => {
    const p = await aClaudeProject(
      { engineer: { scenario: 'quiet', costUsd: 1.23 } },
      { queues: QUEUES, routes: [route('engineer')], config: { budget: { project_ceiling_usd: 20 } } },
    );
    await settledIn(p, '1', 'Done');
    const { spent } = await budgetOf(p);
    expect(spent).toEqual({
      agents: { engineer: 1_230_000 },
      day: 1_230_000,
      month: 1_230_000,
      total: 1_230_000,
    });
    expect(await booked(p)).toMatchObject([{ microUsd: 1_230_000, known: true }]);
  });

  test('a run that tells nothing is booked at its reservation, and says so (R-PROD-056)', async () => {
    const p = await aProject({
      ...{ queues: QUEUES, agents: { worker: 'true' }, routes: [route('worker')] },
      config: { budget: { project_ceiling_usd: 20, agents: { worker: { dispatch_reservation_usd: 0.4 } } } },
    });
    await settledIn(p, '1', 'Done');
    expect(await booked(p)).toMatchObject([
      { microUsd: 400_000, reportedMicroUsd: null, computedMicroUsd: null, known: false },
    ]);
    const { spent, recent } = await budgetOf(p);
    expect(spent.total).toBe(400_000);
    // What nobody knows teaches nothing about the next run.
    expect(recent).toEqual({});
  });

  test('a run that never started costs nothing although something was held for it (R-PROD-052)', async () => {
    const p = await aProject({
      ...{ queues: QUEUES, routes: [route('ghost')] },
      config: {
        agents: { ghost: { kind: 'command', command: ['/no/such/agent'] } },
        budget: { project_ceiling_usd: 20 },
      },
    });
    await settledIn(p, '1', 'Failed');
    expect((await booked(p)).map(({ microUsd }) => microUsd)).toEqual([0]);
    expect((await budgetOf(p)).spent.total).toBe(0);
  });
});

describe('a run is held to what the budget leaves', () => {
  test('Claude Code is told; stopped by it, the task waits in its source queue, uncounted (R-PROD-049, R-PROD-052)', async () => {
    const record = aRecord();
    const p = await aClaudeProject(
      { engineer: { scenario: 'budget', costUsd: 2.5 } },
      {
        ...{ queues: QUEUES, routes: [route('engineer', { max_retries: 3 })], env: record.env },
        config: { budget: { project_ceiling_usd: 2.5 } },
      },
    );
    const state = await waitsOnBudget(p, '1');
    expect(state).toMatchObject({ status: 'waiting', retryCount: 0 });
    expect(await p.comments('1')).toEqual([]);
    expect(record.calls().map(({ argv }) => argv.join(' '))).toEqual([
      expect.stringMatching(/--max-budget-usd 2\.5$/),
    ]);
    expect((await budgetOf(p)).spent.total).toBe(2_500_000);
  });

  test("its agent's own cap counts where it is smaller, and is a failure as before (R-ADX-010)", async () => {
    const record = aRecord();
    const p = await aClaudeProject(
      { engineer: { scenario: 'budget' } },
      {
        ...{ queues: QUEUES, routes: [route('engineer')], env: record.env },
        fields: { engineer: { max_budget_usd: 0.5 } },
        config: { budget: { project_ceiling_usd: 20 } },
      },
    );
    await settledIn(p, '1', 'Failed');
    expect(record.calls()[0]?.argv.join(' ')).toContain('--max-budget-usd 0.5');
  });

  test('a command is stopped when what it says it spent is more; its task waits, uncounted (R-PROD-049, R-PROD-052)', async () => {
    const p = await aProject({
      ...{ queues: QUEUES, routes: [route('worker')] },
      agents: {
        worker: 'echo 0.2 > "$DISPATCH_COST_FILE"; sleep 1; echo 1.5 > "$DISPATCH_COST_FILE"; sleep 600',
      },
      config: { budget: { project_ceiling_usd: 1 } },
    });
    expect(await waitsOnBudget(p, '1')).toMatchObject({ status: 'waiting', retryCount: 0 });
    const [record] = await p.project.context.store.projection.listRuns({ taskId: '1', limit: 5 });
    expect(record).toMatchObject({
      outcome: 'cancelled',
      reason: 'stopped by budget',
      costMicroUsd: 1_500_000,
    });
    expect((await budgetOf(p)).spent.total).toBe(1_500_000);
  });

  test('a run that ends over its cap keeps its result; the next waits (R-PROD-050)', async () => {
    const p = await aClaudeProject(
      { engineer: { scenario: 'quiet', costUsd: 3 } },
      {
        ...{ queues: { ...QUEUES, Todo: tasks(2) }, routes: [route('engineer')] },
        config: { max_concurrent_agents: 1, budget: { project_ceiling_usd: 2 } },
      },
    );
    await settledIn(p, '1', 'Done');
    await waitsOnBudget(p, '2');
    expect((await budgetOf(p)).spent.total).toBe(3_000_000);
  });
});

describe('a call of an agent', () => {
  const config = { budget: { agents: { tester: { daily_cap_usd: 1 } }, project_ceiling_usd: 20 } };

  test('is refused when the money is gone: error_type budget (R-SYS-018)', async () => {
    const p = await aProject({
      ...{ routes: [], config, agents: { tester: 'echo 1.25 > "$DISPATCH_COST_FILE"; echo done' } },
    });
    const first = await call(p.project, 'dispatch', { agent: 'tester', task: 'x' });
    expect(first).toMatchObject({ success: true, result: 'done', cost_usd: 1.25 });
    const second = await call(p.project, 'dispatch', { agent: 'tester', task: 'y' });
    expect(second).toMatchObject({ agent: 'tester', success: false, result: '', error_type: 'budget' });
    expect(second.error).toMatch(/budget|cap/);
    expect(await booked(p)).toHaveLength(1);
  });

  test('is ended when it spends what is left: error_type budget, with what it cost (R-SYS-018, I4)', async () => {
    const p = await aProject({
      ...{ routes: [], config, agents: { tester: 'echo half; echo 1.1 > "$DISPATCH_COST_FILE"; sleep 600' } },
    });
    const answer = await call(p.project, 'dispatch', { agent: 'tester', task: 'x' });
    expect(answer).toMatchObject({
      ...{ success: false, error_type: 'budget', budget_exceeded: true, cost_usd: 1.1 },
      partial_result: expect.stringContaining('half'),
    });
  });
});

test('Claude Code is stopped for what its messages show, when the money went elsewhere meanwhile (I4, R-PROD-052)', async () => {
  const message = (id: string) => ({
    type: 'assistant',
    message: {
      id,
      model: 'claude-opus-4-8',
      content: [],
      usage: { input_tokens: 100_000, output_tokens: 1 },
    },
  });
  // Half a dollar each: it could afford both, had not the other one spent the rest.
  const p = await aClaudeProject(
    { engineer: { scenario: 'hang', say: [], events: [message('a'), message('b')] } },
    {
      agents: { other: 'echo 1.1 > "$DISPATCH_COST_FILE"; sleep 600' },
      config: { budget: { project_ceiling_usd: 2, dispatch_reservation_usd: 0.01 } },
    },
  );
  const other = call(p.project, 'dispatch', { agent: 'other', task: 'x' });
  await until('the governor knows what the other has spent', async () => {
    const { leases } = await governorOf(p, statusQuery);
    return Object.values(leases).some(({ spentMicroUsd = 0 }) => spentMicroUsd === 1_100_000);
  });
  const answer = await call(p.project, 'dispatch', { agent: 'engineer', task: 'x' });
  expect(answer).toMatchObject({ success: false, error_type: 'budget', budget_exceeded: true });
  expect(answer.error).toContain('it has spent what the budget left for it');
  const { job_id } = { job_id: (await p.project.context.store.jobs.listOpen())[0]?.jobId };
  await call(p.project, 'dispatch-cancel', { job_id });
  await other;
});

test('what a run has spent beyond its reservation is held in what people are shown, as for the next run (I4, R-PROD-052)', async () => {
  const p = await aProject({
    ...{ routes: [], agents: { other: 'echo 1.1 > "$DISPATCH_COST_FILE"; sleep 600' } },
    config: { budget: { project_ceiling_usd: 2, dispatch_reservation_usd: 0.01 } },
  });
  const other = call(p.project, 'dispatch', { agent: 'other', task: 'x' });
  const shown = await until('what it has spent is shown', async () => {
    const budget = await call(p.project, 'budget-show', {});
    const [daily] = budget.project as readonly { readonly reserved_usd: number }[];
    return daily?.reserved_usd === 1.1 && budget;
  });
  expect(shown).toMatchObject({
    project: [{ period: 'daily', spent_usd: 0, reserved_usd: 1.1, left_usd: 0.9 }, {}, {}],
    agents: [{ agent: 'other', spent_usd: 0, reserved_usd: 1.1 }],
  });
  const [job] = await p.project.context.store.jobs.listOpen();
  await call(p.project, 'dispatch-cancel', { job_id: job?.jobId });
  await other;
});

test('agents side by side under one cap overshoot it by one reply each at most (I4, R-PROD-052)', async () => {
  const log = join(aFolder(), 'replies');
  const PRICE = 0.1;
  // Twenty replies of a fixed price, as long as nobody stops it; each is written down before it is told.
  const script = `
total=0
for reply in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  total=$((total + 1)); echo reply >> ${log}
  echo "$((total / 10)).$((total % 10))" > "$DISPATCH_COST_FILE"
  sleep 1
done`;
  const p = await aProject({
    ...{ queues: { ...QUEUES, Todo: tasks(6) }, agents: { worker: script }, routes: [route('worker')] },
    config: { max_concurrent_agents: 4, budget: { project_ceiling_usd: 2, dispatch_reservation_usd: 0.1 } },
  });
  await until('the money is gone', async () => (await budgetOf(p)).spent.total >= 2_000_000, 60_000);
  await until(
    'nothing runs',
    async () =>
      (await p.project.context.store.projection.listRuns({ status: 'running', limit: 10 })).length === 0,
  );
  const replies = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length : 0;
  const rows = await booked(p);
  const total = rows.reduce((sum, { microUsd }) => sum + microUsd, 0);
  expect((await budgetOf(p)).spent.total).toBe(total);
  expect(rows.every(({ known }) => known)).toBe(true);
  expect(total).toBeGreaterThanOrEqual(2_000_000);
  expect(total).toBeLessThanOrEqual((2 + 4 * PRICE) * 1e6);
  expect(replies * PRICE * 1e6).toBeLessThanOrEqual(total + 4 * PRICE * 1e6);
});
