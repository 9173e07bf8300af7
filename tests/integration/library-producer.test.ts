import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  BudgetExceeded,
  ClaudeAgentInvoker,
  type InvocationFields,
  type InvokeOptions,
  Producer,
  TaskClaimRace,
} from '../../src/index.ts';
import type { RecordedCall } from '../helpers/fake-claude.ts';
import { firstBadRow, rows } from '../helpers/ledger-file.ts';
import { aProducerFolder, aStubInvoker, type ProducerFolder } from '../helpers/producer.ts';
import { until } from '../helpers/project.ts';

const DONE: InvocationFields = {
  ...{ text: 'Built.\nSTATUS: done', actual_cost_usd: 1.23, computed_cost_usd: 1.5 },
  usage: { input_tokens: 10, output_tokens: 5 },
  tool_calls: [
    { name: 'Write', input: { file_path: 'cart.ts' } },
    { name: 'Read', input: { file_path: 'a.ts' } },
  ],
};

const actions = ({ ledger }: ProducerFolder, id: string | null = null) =>
  rows<{ action: string }>(
    ledger.db_path,
    'select action from audit_log where ? is null or task_id = ? order by id',
    ...[id, id],
  ).map(({ action }) => action);

test('run_once() gives each ready task one try by an invoker in code, under our governor (R-PROD-035, R-PROD-045, R-PROD-097)', async () => {
  const p = aProducerFolder();
  const invoker = aStubInvoker(({ prompt }) => {
    if (prompt.includes('Title: Break')) throw new Error('no idea');
    return DONE;
  });
  const good = p.add('code', 'Build', { priority: 1, payload: { a: 1 } });
  const bad = p.add('code', 'Break');
  const strange = p.add('nobody', 'Whose?');
  const producer = p.producer(invoker);
  expect(await producer.run_once()).toBe(3);
  expect(p.ledger.get_task(good)).toMatchObject({
    ...{ status: 'done', output_refs: ['cart.ts'], actual_cost_usd: 1.23, config_isolation: 'isolated' },
  });
  expect(p.ledger.get_task(bad)).toMatchObject({
    ...{ status: 'pending', retry_count: 1, escalation_reason: 'invocation error: no idea' },
  });
  expect(p.ledger.get_task(strange)).toMatchObject({
    ...{ status: 'escalated', escalation_reason: 'unknown agent_owner / role not configured: nobody' },
  });
  expect(invoker.asked.map(({ role }) => role)).toEqual(['code', 'code']);
  const [first] = invoker.asked;
  expect(first?.prompt).toContain(`Task ID: ${good}`);
  expect(first?.options).toMatchObject({
    ...{ system_prompt: 'You code.', allowed_tools: ['Read', 'Write'], max_turns: 16, model: null },
  });
  // The one that threw told nothing of its cost: it is booked at its reservation.
  expect(p.ledger.total_spend_today()).toBeCloseTo(1.23 + 0.1);
  expect(actions(p)).toContain('producer_boot_once');
  expect(actions(p, good)).toEqual(expect.arrayContaining(['task_inserted', 'cost', 'task_completed']));
  expect(rows(p.ledger.db_path, "select count(*) as n from asset_registry where path = 'cart.ts'")).toEqual([
    { n: 1 },
  ]);
  expect(firstBadRow(p.ledger.db_path)).toBe(0);
}, 60_000);

test('a task is tried three times and then given to a person; the next try is told why (R-PROD-041, R-PROD-066)', async () => {
  const p = aProducerFolder();
  const invoker = aStubInvoker(() => ({ ...DONE, sdk_error: 'error_max_turns' }));
  const id = p.add('code', 'Build');
  const producer = p.producer(invoker);
  for (const tries of [1, 2]) {
    expect(await producer.runOnce()).toBe(1);
    expect(p.ledger.get_task(id)).toMatchObject({ status: 'pending', retry_count: tries });
  }
  await producer.run_once();
  const reason = 'failed 3× (max 3); last error: error_max_turns';
  expect(p.ledger.get_task(id)).toMatchObject({ status: 'escalated', escalation_reason: reason });
  expect(readFileSync(join(p.config.escalations_dir, `${id}.md`), 'utf8')).toContain(reason);
  expect(invoker.asked[1]?.prompt).toContain('Previous attempt:\nerror_max_turns');
}, 90_000);

test('dispatch_task() runs one task, and says why it did not (R-PROD-036, R-PROD-049, R-PROD-062)', async () => {
  const roles = { code: { daily_cap_usd: 5 }, poor: { daily_cap_usd: 0.05, dispatch_reservation_usd: 0.1 } };
  const p = aProducerFolder(roles, { files: {} });
  const invoker = aStubInvoker(() => DONE);
  const producer = p.producer(invoker);
  const [one, other, capped] = [p.add('code', 'One'), p.add('code', 'Other'), p.add('poor', 'Capped')];
  const whose = p.add('nobody', 'Whose?');
  const task = (id: string) => p.ledger.get_task(id) ?? { id, agent_owner: '' };
  p.killSwitch.arm('enough');
  await producer.dispatch_task(task(one));
  expect(invoker.asked).toEqual([]);
  p.killSwitch.disarm();
  await producer.dispatch_task(task(one));
  expect([task(one), task(other)]).toMatchObject([{ status: 'done' }, { status: 'pending' }]);
  await expect(producer.dispatch_task(task(one))).rejects.toThrow(TaskClaimRace);
  await expect(producer.dispatchTask(task(capped))).rejects.toThrow(BudgetExceeded);
  expect(task(capped)).toMatchObject({ status: 'pending', retry_count: 0 });
  await producer.dispatch_task(task(whose));
  expect(task(whose)).toMatchObject({ status: 'escalated' });
}, 90_000);

test('run() works until it is told to stop, lets what runs finish, and a second wish ends it (R-PROD-035, R-PROD-044)', async () => {
  const p = aProducerFolder();
  let finish: () => void = () => {};
  const invoker = aStubInvoker(
    ({ options }) =>
      new Promise<InvocationFields>((resolve, reject) => {
        finish = () => resolve(DONE);
        options.signal?.addEventListener('abort', () => reject(new Error('told to stop')), { once: true });
      }),
  );
  const first = p.producer(invoker);
  const [one, other] = [p.add('code', 'One'), p.add('code', 'Other')];
  const listeners = process.listenerCount('SIGTERM');
  const running = first.run();
  await until('the first one runs', () => invoker.asked.length === 1);
  expect(process.listenerCount('SIGTERM')).toBe(listeners + 1);
  await expect(first.run()).rejects.toMatchObject({ code: 'already-running' });
  first.request_shutdown();
  finish();
  await running;
  expect(process.listenerCount('SIGTERM')).toBe(listeners);
  expect(p.ledger.get_task(one)).toMatchObject({ status: 'done' });
  expect(p.ledger.get_task(other)).toMatchObject({ status: 'pending' });
  expect(await first.run_once()).toBe(0);
  const second = p.producer(invoker);
  const again = second.run();
  await until('the other one runs', () => invoker.asked.length === 2);
  second.requestShutdown();
  second.requestShutdown();
  await again;
  expect(p.ledger.get_task(other)).toMatchObject({ status: 'pending', retry_count: 0 });
  expect(actions(p).filter((action) => action.startsWith('producer_'))).toEqual([
    ...['producer_boot', 'producer_shutdown', 'producer_boot', 'producer_shutdown'],
  ]);
}, 90_000);

test('roles run as Claude Code with a ClaudeAgentInvoker, held to what it was given (R-PROD-089, R-PROD-097)', async () => {
  const p = aProducerFolder();
  const record = join(p.dir, 'calls.jsonl');
  writeFileSync(join(p.dir, '.fake-claude.json'), JSON.stringify({ text: 'Done.', costUsd: 0.5, record }));
  const invoker = new ClaudeAgentInvoker({
    ...{ cwd: p.dir, api_key: 'another-key', permission_mode: 'plan', env: p.env },
  });
  const id = p.add('code', 'Build');
  expect(await p.producer(invoker).run_once()).toBe(1);
  expect(p.ledger.get_task(id)).toMatchObject({ status: 'done', actual_cost_usd: 0.5 });
  const [run] = rows<Record<string, string>>(p.ledger.db_path, 'select * from task_runs');
  expect(run).toMatchObject({ auth_mode: 'api', config_isolation: 'isolated', text: 'Done.' });
  const call = JSON.parse(readFileSync(record, 'utf8').trim().split('\n').at(-1) ?? '') as RecordedCall;
  expect(call.env.ANTHROPIC_API_KEY).toBe('another-key');
  expect(call.argv.join(' ')).toContain('--permission-mode plan --tools Read,Write');
}, 60_000);

test('an invoker that wraps ours runs as one of the caller: its runs are stopped and counted as all are (R-PROD-045)', async () => {
  class Noting extends ClaudeAgentInvoker {
    readonly heard: string[] = [];
    override async invoke(role: string, prompt: string, options?: InvokeOptions) {
      this.heard.push(role);
      const result = await super.invoke(role, prompt, options);
      this.heard.push(result.text);
      return result;
    }
  }
  const p = aProducerFolder();
  writeFileSync(join(p.dir, '.fake-claude.json'), JSON.stringify({ say: ['Built.'], costUsd: 0.5 }));
  const invoker = new Noting({ cwd: p.dir, env: p.env });
  const id = p.add('code', 'Build');
  expect(await p.producer(invoker).run_once()).toBe(1);
  expect(invoker.heard).toEqual(['code', 'Built.']);
  expect(p.ledger.get_task(id)).toMatchObject({ status: 'done', actual_cost_usd: 0.5 });
  expect(p.ledger.total_spend_today()).toBe(0.5);
}, 60_000);

test('a script ends tasks by hand with the same rows, cases and reports (R-PROD-023, R-PROD-029, R-PROD-071)', async () => {
  const p = aProducerFolder();
  const producer = p.producer(aStubInvoker(() => DONE));
  const claimed = (title: string) => p.ledger.claim_task(p.add('code', title), 'code');
  const good = claimed('Good');
  await producer.handle_completion(good, DONE);
  expect(p.ledger.get_task(good.id)).toMatchObject({
    ...{ status: 'done', output_refs: ['cart.ts'], cost_usd: 1.5, actual_cost_usd: 1.23 },
  });
  expect(actions(p, good.id)).toContain('task_completed');
  await producer.handle_completion(good, DONE);
  expect(actions(p, good.id).filter((action) => action === 'task_completed')).toHaveLength(1);
  const bad = claimed('Bad');
  await producer.handle_failure(bad, 'no idea');
  expect(p.ledger.get_task(bad.id)).toMatchObject({ status: 'pending', retry_count: 1 });
  for (const _ of [2, 3]) {
    p.ledger.claim_task(bad.id, 'code');
    await producer.handleFailure(bad, 'no idea');
  }
  const reason = 'failed 3× (max 3); last error: no idea';
  expect(p.ledger.get_task(bad.id)).toMatchObject({ status: 'escalated', escalation_reason: reason });
  expect(readFileSync(join(p.config.escalations_dir, `${bad.id}.md`), 'utf8')).toContain('# Escalation: Bad');
  expect(rows(p.ledger.db_path, "select rationale from decisions where kind = 'escalate'")).toEqual([
    { rationale: reason },
  ]);
  const path = await producer.write_morning_report({ target_date: '2026-01-02' });
  expect(path).toBe(join(p.config.reports_dir, 'morning-report-20260102.md'));
  const today = await producer.writeMorningReport();
  expect(readFileSync(today, 'utf8')).toContain('Shipped overnight (1 task');
  await expect(producer.write_morning_report({ target_date: '../x' })).rejects.toMatchObject({
    code: 'invalid-input',
  });
  expect(firstBadRow(p.ledger.db_path)).toBe(0);
}, 60_000);

test('what a Producer lacks is said where it is made, and what its configuration lacks before any task is taken (R-PROD-016)', async () => {
  const p = aProducerFolder();
  const invoker = aStubInvoker(() => DONE);
  const { config, ledger, killSwitch: kill_switch } = p;
  // @ts-expect-error an invoker is needed
  expect(() => new Producer({ config, ledger, kill_switch })).toThrow('Producer: invoker must be');
  // @ts-expect-error a path is no ledger
  expect(() => new Producer({ config, invoker, kill_switch, ledger: 'ledger.db' })).toThrow('ledger must be');
  const id = p.add('code', 'Build');
  config.roles.code = Object.assign(config.roles.code ?? {}, { prompt: 'gone.md' }) as never;
  await expect(p.producer(invoker).run_once()).rejects.toThrow('system prompt of role "code" is missing');
  expect(ledger.get_task(id)).toMatchObject({ status: 'pending' });
});
