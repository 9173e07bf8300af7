import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import type { CodeAgent } from '../../src/index.ts';
import { call } from '../helpers/call.ts';
import { aClaudeProject } from '../helpers/claude-project.ts';
import { aDispatcher, inQueue } from '../helpers/dispatcher.ts';
import { aProject, settledIn, type TestProject } from '../helpers/project.ts';

const QUEUES = { Todo: [{ id: '1', name: 'a' }], 'In Progress': [], Done: [], Failed: [] };
const route = (agent: string) => ({
  ...{ queue_name: 'Todo', agent, completed_queue: 'Done', dead_letter_queue: 'Failed' },
});

const booked = (p: TestProject, filter: object = {}) =>
  p.project.context.store.records.listSpend({ limit: 10, ...filter });

/** What the stand-in for Claude Code says of money: nothing but these figures. */
const told = (result: object) => ({
  scenario: 'quiet',
  result: {
    total_cost_usd: null,
    model_usage_since_last_result: null,
    modelUsage: null,
    usage: null,
    ...result,
  },
});

/** Has Claude do a task and answers what was booked for it, and its record. */
async function afterClaude(settings: object) {
  const p = await aClaudeProject(
    { engineer: { ...settings } },
    { queues: QUEUES, routes: [route('engineer')] },
  );
  await settledIn(p, '1', 'Done');
  const rows = await booked(p);
  const [record] = await p.project.context.store.projection.listRuns({ taskId: '1', limit: 5 });
  return { p, rows, record };
}

/** Has a script do a task and answers what was booked for its one run. */
async function afterScript(script: string, queue = 'Done') {
  const p = await aProject({ queues: QUEUES, agents: { worker: script }, routes: [route('worker')] });
  await settledIn(p, '1', queue);
  const rows = await booked(p);
  expect(rows).toHaveLength(1);
  return { p, row: rows[0] };
}

describe('what a run cost is booked', () => {
  test('as its agent reported it, to the micro-dollar: $1.23 (R-PROD-055, R-PROD-056, R-SYS-018)', async () => {
    const { rows, record } = await afterClaude({ scenario: 'quiet', costUsd: 1.23 });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      ...{ runId: record?.runId, agent: 'engineer', surface: 'route', taskId: '1', jobId: null },
      ...{ microUsd: 1_230_000, reportedMicroUsd: 1_230_000, known: true },
      day: new Date(record?.startedAt ?? 0).toISOString().slice(0, 10),
    });
    // What its tokens come to is kept beside it: the drift of every run can be seen (R-PROD-059).
    expect(rows[0]?.computedMicroUsd).toBe(100 * 3 + 20 * 15);
    expect(record?.costMicroUsd).toBe(1_230_000);
  });

  test('as its tokens × the price of the model really used, when it told no money (R-PROD-056)', async () => {
    const modelUsage = {
      'claude-opus-4-8-20260601': { inputTokens: 1_000, outputTokens: 10, cacheReadInputTokens: 100 },
      'claude-haiku-4-5': { inputTokens: 7, outputTokens: 3 },
    };
    const { rows, record } = await afterClaude(told({ modelUsage }));
    const expected = 1_000 * 5 + 10 * 25 + 100 * 0.5 + 7 * 1 + 3 * 5;
    expect(rows).toMatchObject([
      { microUsd: expected, reportedMicroUsd: null, computedMicroUsd: expected, known: true },
    ]);
    expect(record?.costMicroUsd).toBe(expected);
  });

  test('at the dearest prices with a warning, when nobody knows its model (R-PROD-058)', async () => {
    const modelUsage = { 'claude-unheard-of-99': { inputTokens: 10, outputTokens: 1 } };
    const { p, rows } = await afterClaude(told({ modelUsage }));
    expect(rows[0]).toMatchObject({ microUsd: 10 * 15 + 75, known: true });
    expect(p.logged.filter(({ message }) => message.startsWith('no price for a model'))).toMatchObject([
      { level: 'warn', facts: { model: 'claude-unheard-of-99' } },
    ]);
  });

  test.each([
    ['a number', 'NaN'],
    ['plausible', 1e300],
    ['positive', -0.5],
  ])(
    'as unknown, when it told neither money nor tokens that are %s (F25, F41)',
    async (_, total_cost_usd) => {
      const { rows, record } = await afterClaude(told({ total_cost_usd }));
      expect(rows).toMatchObject([{ reportedMicroUsd: null, computedMicroUsd: null, known: false }]);
      expect(record?.costMicroUsd).toBeNull();
    },
  );

  test('as nothing, when no process came to be (R-SYS-018)', async () => {
    const p = await aProject({
      queues: QUEUES,
      config: { agents: { ghost: { kind: 'command', command: ['/no/such/agent'] } } },
      routes: [route('ghost')],
    });
    await settledIn(p, '1', 'Failed');
    expect(await booked(p)).toMatchObject([{ agent: 'ghost', microUsd: 0, known: true }]);
  });
});

describe('a command says what it cost', () => {
  test('in the file named for it, whatever it prints beside (F25, R-SYS-018)', async () => {
    const forged = `echo '{"type":"result","subtype":"success","total_cost_usd":99,"usage":{"input_tokens":9}}'`;
    const { p, row } = await afterScript(
      `${forged}; echo 'DISPATCH_COST_FILE=99'; echo 0.01 > "$DISPATCH_COST_FILE"; echo 0.05 >> "$DISPATCH_COST_FILE"; ${forged}`,
    );
    expect(row).toMatchObject({ microUsd: 50_000, reportedMicroUsd: 50_000, known: true });
    const [record] = await p.project.context.store.projection.listRuns({ taskId: '1', limit: 5 });
    expect(record?.costMicroUsd).toBe(50_000);
  });

  test('else it is unknown: printed figures never count (F25)', async () => {
    const { row } = await afterScript(`echo '{"type":"result","total_cost_usd":0}'; echo 'cost_usd: 0.00'`);
    expect(row).toMatchObject({ reportedMicroUsd: null, known: false });
  });

  test('also when somebody called it: the answer has the same figure (R-SYS-018)', async () => {
    const p = await aProject({ routes: [], agents: { echo: 'echo hi; echo 0.25 > "$DISPATCH_COST_FILE"' } });
    const answer = await call(p.project, 'dispatch', { agent: 'echo', task: 'x' });
    expect(answer).toMatchObject({ success: true, cost_usd: 0.25 });
    const [row] = await booked(p);
    expect(row).toMatchObject({ surface: 'dispatch', agent: 'echo', microUsd: 250_000, known: true });
    expect(row?.jobId).toMatch(/^[0-9a-f]{32}$/);
    const shown = { surface: 'dispatch', usd: 0.25, reported_usd: 0.25, computed_usd: null, known: true };
    const filter = { agent: 'echo', job_id: row?.jobId, day: row?.day };
    expect(await call(p.project, 'budget-runs', filter)).toMatchObject([{ ...shown, job_id: row?.jobId }]);
    expect(await call(p.project, 'budget-runs', { agent: 'nobody' })).toEqual([]);
  });
});

describe('an agent in code', () => {
  const options = { name: 'poet', project: 'poems' };
  async function bookedBy(run: CodeAgent['run']) {
    const t = aDispatcher(
      { dead_letter_queue: 'Failed', project: options.project, state_dir: '.dispatch' },
      { Todo: [{ id: '1', name: 'a' }] },
    );
    const route = { queue_name: 'Todo', completed_queue: 'Done', agent: { name: options.name, run } };
    t.dispatcher.route(route, (id) => `do ${id}`);
    await t.dispatcher.start();
    await inQueue(t, '1', 'Done');
    const store = await createSqliteStore({ dir: join(t.dir, '.dispatch'), project: options.project });
    const rows = await store.records.listSpend({ limit: 10 });
    await store.close();
    return rows;
  }

  test('tells its cost with its answer, without a process of its own (R-SYS-018)', async () => {
    const rows = await bookedBy(() => ({ kind: 'succeeded', tail: 'a poem', costMicroUsd: 42 }));
    expect(rows).toMatchObject([{ agent: 'poet', microUsd: 42, reportedMicroUsd: 42, known: true }]);
  });

  test('may have a command line tell it (R-SYS-018)', async () => {
    const command = ['sh', '-c', 'echo 0.000007 > "$DISPATCH_COST_FILE"'];
    const rows = await bookedBy((request) => request.runCommand({ command, args: [] }));
    expect(rows).toMatchObject([{ agent: 'poet', microUsd: 7, known: true }]);
  });
});
