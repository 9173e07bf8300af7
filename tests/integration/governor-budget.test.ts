import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { governorWorkflowId } from '../../src/core/ids.ts';
import type { AgentAdapter } from '../../src/core/ports/agent.ts';
import { call } from '../helpers/call.ts';
import { runCli } from '../helpers/cli.ts';
import { aProject, settledIn, type TestProject, until } from '../helpers/project.ts';

/** An agent without a process, in place of `command`: every run costs a dollar and fails while `isBroken`. */
function pricedAgent(isBroken: (name: string) => boolean = () => false) {
  const runs: { readonly taskId: string; readonly at: number; readonly allowance: number | null }[] = [];
  const adapter: AgentAdapter = {
    kind: 'command',
    async run({ taskId, command, allowanceMicroUsd = null }, { mayStart, onSpawn }) {
      const facts = { durationMs: 0, outputBytes: 0, tail: '' };
      try {
        mayStart();
      } catch {
        return { kind: 'stopped', by: 'brake', ...facts };
      }
      onSpawn({ pid: process.pid, startTime: '', argv: [], envKeys: [], containment: 'none' });
      runs.push({ taskId, at: performance.now(), allowance: allowanceMicroUsd });
      const costMicroUsd = 1_000_000;
      if (isBroken(String(command[0])))
        return { kind: 'failed', reason: 'no', retryable: true, ...facts, costMicroUsd };
      return { kind: 'succeeded', ...facts, costMicroUsd };
    },
  };
  return { ...adapter, runs };
}

const route = (queue_name: string, agent: string) => ({ queue_name, agent, completed_queue: 'Done' });
const one = (id: string) => ({ id, name: `task ${id}` });
const AGENTS = { alpha: 'exit 0', beta: 'exit 0' };
const routes = [route('Todo', 'alpha'), route('Review', 'beta')];
const QUEUES = { Todo: [], Review: [], 'In Progress': [], Done: [] };
const budget = { project_ceiling_usd: 2.5, dispatch_reservation_usd: 1 };

const waitsFor = (p: TestProject, id: string, code: string) =>
  until(`task ${id} waits for ${code}`, async () => {
    const state = await p.project.context.store.records.getTaskState(id);
    return state?.blockedCode === code && state.blockedText;
  });
const governorOf = async ({ project }: TestProject) =>
  (await project.client()).workflow.getHandle(governorWorkflowId(project.settings().project));
const audited = async ({ project }: TestProject) =>
  (await project.context.store.records.listAudit(1_000)).map(({ action, subject }) => `${action} ${subject}`);

test('two agents share a cap; the third task waits for money in its queue until a person raises it (R-PROD-049, R-SYS-018)', async () => {
  const agent = pricedAgent();
  const p = await aProject({
    ...{ agents: AGENTS, routes, adapters: [agent], config: { budget } },
    queues: { ...QUEUES, Todo: [one('1')], Review: [one('2')] },
  });
  await settledIn(p, '1', 'Done');
  await settledIn(p, '2', 'Done');
  expect(agent.runs.map(({ allowance }) => allowance).sort()).toEqual([1_500_000, 2_500_000]);
  p.saveBoard({ ...QUEUES, Todo: [one('3')] });
  expect(await waitsFor(p, '3', 'budget')).toBe(
    'the daily cap of the project is used up: $2.00 of $2.50 spent, and a run of "alpha" reserves $1.00; it goes on at 00:00 UTC or with a higher cap',
  );
  expect((await p.task('3')).queueName).toBe('Todo');
  expect(await call(p.project, 'why-task', { task_id: '3' })).toMatchObject({ code: 'budget' });
  const set = { name: 'project', usd: '3' };
  const begun = performance.now();
  expect(await call(p.project, 'budget-set', set)).toMatchObject({ period: 'daily', cap_usd: 3 });
  await until('task 3 ran', () => agent.runs.length === 3);
  expect(agent.runs[2]!.at - begun).toBeLessThan(10_000);
  await settledIn(p, '3', 'Done');
  expect(await call(p.project, 'budget-show', {})).toMatchObject({
    project: [{ period: 'daily', cap_usd: 3, spent_usd: 3, left_usd: 0, state: 'cap-hit' }, {}, {}],
    agents: [
      { agent: 'alpha', spent_usd: 2, cap_usd: null },
      { agent: 'beta', spent_usd: 1 },
    ],
  });
  const rows = await audited(p);
  expect(rows.filter((row) => row === 'budget-set project')).toHaveLength(1);
  expect(rows.filter((row) => row.startsWith('cap-hit '))).toHaveLength(1);
  expect(rows.filter((row) => row === 'budget-refused 3')).toHaveLength(1);
});

test('a terminated governor comes back with what was spent and with the caps that persons set (R-PROD-052)', async () => {
  const agent = pricedAgent();
  const p = await aProject({
    ...{ agents: AGENTS, routes, adapters: [agent], config: { budget } },
    queues: { ...QUEUES, Todo: [one('1')] },
  });
  await settledIn(p, '1', 'Done');
  await call(p.project, 'budget-set', { name: 'alpha', usd: 1 });
  await (await governorOf(p)).terminate('lost');
  p.saveBoard({ ...QUEUES, Todo: [one('2')], Review: [one('3')] });
  expect(await waitsFor(p, '2', 'budget')).toContain(
    'the daily cap of agent "alpha" is used up: $1.00 of $1.00 spent',
  );
  await settledIn(p, '3', 'Done');
  expect(agent.runs.at(-1)?.allowance).toBe(1_500_000);
});

test('a reloaded configuration counts at once (R-PROD-017)', async () => {
  const agent = pricedAgent();
  const p = await aProject({
    ...{ agents: AGENTS, routes, adapters: [agent] },
    config: { budget: { agents: { alpha: { daily_cap_usd: 0, on_budget: 'escalate' } } } },
    queues: { ...QUEUES, Todo: [one('1'), one('2')] },
  });
  expect(await waitsFor(p, '1', 'budget')).toBe('agent "alpha" is disabled: its daily cap is $0.00');
  await waitsFor(p, '2', 'budget');
  p.project.apply({ ...p.project.settings(), budget: null });
  await settledIn(p, '1', 'Done');
  await settledIn(p, '2', 'Done');
  expect((await audited(p)).filter((row) => row.startsWith('escalate-budget'))).toHaveLength(1);
});

test('a cap is set for what exists only, and for one period (R-PROD-054)', async () => {
  const p = await aProject({ agents: AGENTS, routes, worker: false });
  const refused = (input: Record<string, unknown>) =>
    call(p.project, 'budget-set', input).catch((error) => error.message);
  expect(await refused({ name: 'gamma', usd: 1 })).toBe('unknown agent "gamma"');
  expect(await refused({ name: 'alpha', usd: -1 })).toContain('usd: must be a number of dollars from 0');
  expect(await refused({ name: 'alpha', usd: 'much' })).toContain('or none');
  expect(await refused({ name: 'alpha', usd: 1, monthly: true })).toContain('an agent has a daily cap only');
  expect(await refused({ name: 'project', usd: 1, monthly: true, total: true })).toContain(
    'name one of them',
  );
});

test('an agent that keeps failing is stopped while others go on, and resume lets it go on (R-PROD-063)', async () => {
  const broken = new Set(['alpha']);
  const agent = pricedAgent((command) => [...broken].some((name) => command.includes(name)));
  const p = await aProject({
    ...{ agents: AGENTS, routes, adapters: [agent] },
    config: { breaker: { failures: 2 }, max_retries: 9 },
    queues: { ...QUEUES, Todo: [one('1')], Review: [one('2')] },
  });
  expect(await waitsFor(p, '1', 'breaker')).toMatch(
    /^agent "alpha" failed 2 times lately; one run tries again at /,
  );
  await settledIn(p, '2', 'Done');
  const stopped = async () => (await call(p.project, 'budget-show', {})).stopped as readonly object[];
  await until('it is shown', async () => (await stopped()).length > 0);
  expect(await stopped()).toMatchObject([{ agent: 'alpha', failures: 2 }]);
  broken.clear();
  await call(p.project, 'disarm-kill-switch', {});
  await settledIn(p, '1', 'Done');
  const rows = async () => (await audited(p)).filter((row) => row.startsWith('breaker-'));
  await until('the trail has both', async () => (await rows()).length === 2);
  expect(await rows()).toEqual(['breaker-closed alpha', 'breaker-opened alpha']);
  const open = () => p.project.context.store.notices.list({ open: true, limit: 9 });
  await until('nothing needs attention', async () => (await open()).length === 0);
});

test('one run of a stopped agent tries after the cooldown, the others follow it (R-PROD-063)', async () => {
  let isBroken = true;
  const agent = pricedAgent(() => isBroken);
  const p = await aProject({
    ...{ agents: AGENTS, routes, adapters: [agent] },
    config: { breaker: { failures: 2, cooldown_seconds: 3 }, max_retries: 9 },
    queues: { ...QUEUES, Todo: [one('1'), one('2'), one('3')] },
  });
  await waitsFor(p, '1', 'breaker');
  isBroken = false;
  for (const id of ['1', '2', '3']) await settledIn(p, id, 'Done');
  const governor = await p.project.context.control.governor();
  expect(governor?.breaker?.agents).toEqual({});
});

test('a kill switch that arms itself says so in its file, and resume takes it back for good (R-PROD-063)', async () => {
  const broken = new Set(['alpha']);
  const agent = pricedAgent((command) => [...broken].some((name) => command.includes(name)));
  const p = await aProject({
    ...{ agents: AGENTS, routes, adapters: [agent] },
    config: { breaker: { failures: 2, global_agents: 1 }, max_retries: 9 },
    queues: { ...QUEUES, Todo: [one('1')] },
  });
  const reason = 'alpha failed 2× in 10 min — kill switch armed';
  await until('armed', async () => (await p.project.context.control.governor())?.brake.armed);
  expect((await p.project.context.control.governor())?.brake).toMatchObject({ reason, by: 'auto' });
  await until('the file says so', () => p.project.brake.read().armed);
  expect(p.project.brake.read().reason).toBe(reason);
  expect(readFileSync(join(p.project.settings().stateDir, 'kill_switch'), 'utf8')).toContain('1');
  expect(await audited(p)).toContain('kill_switch_armed_by_producer kill-switch');
  broken.clear();
  await call(p.project, 'disarm-kill-switch', {});
  await settledIn(p, '1', 'Done');
  expect(p.project.brake.read().armed).toBe(false);
});

test('dispatch budget set and show work from the command line (R-PROD-047, R-PROD-051)', async () => {
  const p = await aProject({ agents: AGENTS, routes, config: { budget } });
  const run = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await runCli(args, {
      cwd: p.dir,
      env: { HOME: p.dir, XDG_STATE_HOME: join(p.dir, 'state') },
    });
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    return stdout.trim();
  };
  expect(await run('budget', 'set', 'alpha', '0')).toBe('Agent alpha: daily cap $0.00, from now on.');
  expect(await run('budget', 'set', 'project', '600', '--monthly')).toContain('monthly cap $600.00');
  const shown = await run('budget', 'show');
  expect(shown).toMatch(/^daily +\$0\.00 +\$0\.00 +\$2\.50 +\$2\.50 +ok$/m);
  expect(shown).toMatch(/^monthly .* \$600\.00 +ok$/m);
  expect(shown).toMatch(/^alpha +.* disabled /m);
  expect(await run('budget', 'set', 'alpha', 'none')).toBe('Agent alpha has no daily cap any more.');
});

test('a task that is moved by hand while it waits for money waits no longer for that of its first agent (R-ART-036, R-PROD-049)', async () => {
  const agent = pricedAgent();
  const p = await aProject({
    ...{ agents: AGENTS, routes, adapters: [agent] },
    config: { budget: { agents: { alpha: { daily_cap_usd: 0 } } } },
    queues: { ...QUEUES, Todo: [one('1'), one('2')] },
  });
  await waitsFor(p, '1', 'budget');
  p.saveBoard({ ...QUEUES, Todo: [one('2')], Review: [one('1')] });
  await settledIn(p, '1', 'Done');
  expect(agent.runs.map(({ taskId }) => taskId)).toEqual(['1']);
});
