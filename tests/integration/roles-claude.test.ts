import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call } from '../helpers/call.ts';
import { withStandIn } from '../helpers/claude-project.ts';
import { historyOf, payloadsOf } from '../helpers/history.ts';
import { rows } from '../helpers/ledger-file.ts';
import { aMessagesApi } from '../helpers/messages-api.ts';
import { until } from '../helpers/project.ts';
import { aProcess } from '../helpers/project-process.ts';
import { realClaude, realClaudeEnv } from '../helpers/real-claude.ts';
import { aRoleProject, type RoleProject } from '../helpers/role-project.ts';
import { workflowOf } from '../helpers/task-shape.ts';

const tool = (name: string, input: object, number: number) => ({
  type: 'assistant',
  message: {
    id: `m${number}`,
    model: 'claude-sonnet-4-5',
    content: [{ type: 'tool_use', id: `t${number}`, name, input }],
  },
});
const result = (number: number, isError = false) => ({
  type: 'user',
  message: {
    role: 'user',
    content: [{ type: 'tool_result', tool_use_id: `t${number}`, content: 'x', is_error: isError }],
  },
});

/** Two files written, one refused. */
const WORK = {
  text: 'All is there.\nSTATUS: done',
  costUsd: 1.23,
  events: [
    ...[tool('Write', { content: 'x'.repeat(2_000), file_path: 'cart.ts' }, 1), result(1)],
    ...[tool('NotebookEdit', { notebook_path: 'plan.ipynb' }, 2), result(2)],
    ...[tool('Edit', { file_path: 'secret.ts' }, 3), result(3, true)],
    ...[tool('Read', { file_path: 'a.ts' }, 4), result(4)],
  ],
};

/** A team whose Claude Code is the stand-in and does this. */
const aClaudeTeam = (
  behaviour: object,
  {
    roles = { code: { prompt: 'code.md' } },
    env = {},
    config = {},
    ...more
  }: {
    roles?: Parameters<typeof aRoleProject>[0];
    env?: Readonly<Record<string, string>>;
    config?: object;
    worker?: boolean;
    dotEnv?: string;
  } = {},
) =>
  aRoleProject(roles, {
    ...('worker' in more ? { worker: more.worker === true } : {}),
    config: { ...config },
    env: { ...withStandIn(), ANTHROPIC_API_KEY: '', ...env },
    prepare(dir) {
      writeFileSync(join(dir, '.fake-claude.json'), JSON.stringify(behaviour));
      writeFileSync(join(dir, 'code.md'), 'You code.');
      if (more.dotEnv !== undefined) writeFileSync(join(dir, '.env'), more.dotEnv);
    },
  });

const runRow = ({ file }: RoleProject, id: string) =>
  rows<Record<string, unknown>>(file, 'select * from task_runs where task_id = ? order by ended_at', id).at(
    -1,
  );

test('what a role did is kept with its task: answer, session, turns, files, tools, cost, login (R-PROD-040, R-PROD-092, R-PROD-020)', async () => {
  const p = await aClaudeTeam(WORK, { env: { ANTHROPIC_API_KEY: 'a-key-of-no-use' } });
  const id = await p.add('code', 'Build');
  await p.ended(id, 'code:done');
  const row = runRow(p, id);
  expect(row).toMatchObject({
    ...{ text: 'All is there.\nSTATUS: done', turns: 2, step: 'done', cost_micro_usd: 1_230_000 },
    ...{ auth_mode: 'api', config_isolation: 'isolated', actual_cost_micro_usd: 1_230_000 },
    output_refs: '["cart.ts","plan.ipynb"]',
    tool_calls: '["Write","NotebookEdit","Edit","Read"]',
  });
  const [task] = rows(
    p.file,
    'select output_refs, config_isolation, actual_cost_usd from tasks where id = ?',
    id,
  );
  expect(task).toEqual({
    ...{ output_refs: '["cart.ts","plan.ipynb"]', config_isolation: 'isolated', actual_cost_usd: 1.23 },
  });
  const [run] = await p.project.context.store.projection.listRuns({ taskId: id, limit: 1 });
  expect(row?.session_id).toBe(run?.sessionId);
  const sent = ['--max-turns', '16', '--permission-mode', 'acceptEdits'];
  const { argv = [] } = run ?? {};
  expect(argv.join(' ')).toContain([...sent, '--tools', 'Read,Glob,Grep', '--strict-mcp-config'].join(' '));
  expect(argv.join(' ')).toContain('--system-prompt You code. --session-id ');
  const [prompt] = rows(p.file, 'select system_prompt, user_prompt, tools_json from prompts');
  expect(prompt).toMatchObject({ system_prompt: 'You code.', user_prompt: run?.prompt });
});

test('a success that left nothing, or says itself that it is none, is a failed try (R-PROD-043)', async () => {
  const p = await aClaudeTeam({
    calls: [{ scenario: 'quiet', text: '' }, { scenario: 'status-partial' }, { scenario: 'status-done' }],
  });
  const id = await p.add('code', 'Build');
  await p.ended(id, 'code:done');
  expect(rows(p.file, 'select step, reason from task_runs where task_id = ? order by ended_at', id)).toEqual([
    { step: 'retry', reason: 'it ended without an answer and used no tool' },
    { step: 'retry', reason: 'the agent reports: STATUS: partial' },
    { step: 'done', reason: null },
  ]);
  const blocked = await aClaudeTeam({ scenario: 'status-blocked' });
  const stuck = await blocked.add('code', 'Build');
  await blocked.ended(stuck, 'code:failed');
  expect(runRow(blocked, stuck)?.reason).toBe('the agent reports: STATUS: blocked - no key');
});

test('a key in .env reaches the agent and nothing else: not store, ledger, history, log or output (R-PROD-011, R-PROD-088)', async () => {
  const canary = 'sk-canary-4711';
  const record = join(tmpdir(), `roles-record-${process.pid}-${Date.now()}.jsonl`);
  const p = await aClaudeTeam(
    { ...WORK, record },
    { dotEnv: `OTHER=canary-other\nANTHROPIC_API_KEY="${canary}"\n` },
  );
  const id = await p.add('code', 'Build');
  await p.ended(id, 'code:done');
  const { env } = JSON.parse(readFileSync(record, 'utf8').split('\n')[0] ?? '');
  rmSync(record);
  expect([env.ANTHROPIC_API_KEY, env.OTHER]).toEqual([canary, undefined]);
  expect(env.CLAUDE_CONFIG_DIR).toContain(join(p.dir, 'state', 'dispatch', 'roles'));
  expect(existsSync(env.CLAUDE_CONFIG_DIR)).toBe(false);
  expect(runRow(p, id)).toMatchObject({ auth_mode: 'api' });
  const files = (['.dispatch', 'state'] as const).flatMap((folder) =>
    readdirSync(join(p.dir, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(p.dir, folder, name),
    ),
  );
  const holding = files.filter((path) => statSync(path).isFile() && readFileSync(path).includes(canary));
  expect(holding).toEqual([]);
  const history = await historyOf(p, workflowOf(p, id).workflowId);
  expect(JSON.stringify(history) + payloadsOf([history]).join()).not.toContain(canary);
  expect(JSON.stringify(p.logged)).not.toContain('canary');
});

test('with no key and no login auto runs with the user’s own configuration, and that is kept for people (R-PROD-091)', async () => {
  const p = await aClaudeTeam({ scenario: 'success' });
  const id = await p.add('code', 'Build');
  await p.ended(id, 'code:done');
  expect(runRow(p, id)).toMatchObject({ auth_mode: 'subscription', config_isolation: 'inherit' });
  const audit = await call(p.project, 'list-audit', { limit: 50 });
  expect(JSON.stringify(audit)).toContain('auth-fallback');
  const [notice] = await p.project.context.store.notices.list({ limit: 5 });
  expect(notice).toMatchObject({ key: 'roles/auth', kind: 'anomaly' });
  expect(p.logged.map(({ message }) => message)).toContain('auth=subscription, isolation=inherit');
  await expect(aClaudeTeam({}, { config: { auth: { mode: 'isolated' } } })).rejects.toThrow(
    /auth\.mode is isolated, but there is no ANTHROPIC_API_KEY and no .*\.credentials\.json/,
  );
});

test('routes and callers reach a role as role:<name> (R-SYS-023)', async () => {
  const p = await aClaudeTeam(
    { scenario: 'success', text: 'It is done.' },
    { roles: { code: { prompt: 'code.md' }, other: 'true' } },
  );
  const answer = await call(p.project, 'dispatch', { agent: 'role:code', task: 'Say something' });
  expect(answer).toMatchObject({ agent: 'role:code', success: true, result: 'It is done.' });
  const [run] = await p.project.context.store.projection.listRuns({ limit: 1 });
  expect(run?.argv.join(' ')).toContain('--tools Read,Glob,Grep');
  const { routes } = p.project.context;
  await routes.create({
    queue_name: 'other:killed',
    agent: 'role:code',
    in_progress_queue: 'code:in_progress',
  });
  expect(await routes.find('other:killed')).toMatchObject({ agent: 'code' });
});

test('a worker that is killed costs the task no try; its folder of the run is swept (R-PROD-044, R-PROD-092)', async () => {
  const p = await aClaudeTeam(
    { scenario: 'hang' },
    { worker: false, env: { ANTHROPIC_API_KEY: 'a-key-of-no-use' } },
  );
  const first = await aProcess(p);
  const id = await p.add('code', 'Build');
  const places = () => {
    const root = join(p.dir, 'state', 'dispatch', 'roles');
    const found = existsSync(root) ? readdirSync(root, { recursive: true, encoding: 'utf8' }) : [];
    return found.filter((name) => /\/run-[^/]+$/.test(name));
  };
  await until(
    'it runs',
    async () => (await p.project.context.store.records.getTaskState(id))?.status === 'running',
  );
  expect(places()).toHaveLength(1);
  await first.kill();
  writeFileSync(join(p.dir, '.fake-claude.json'), JSON.stringify({ scenario: 'status-done' }));
  await p.startWorker();
  await p.ended(id, 'code:done');
  const all = rows(p.file, 'select step, retry_count from task_runs where task_id = ? order by ended_at', id);
  expect(all).toEqual([
    { step: 'rerun', retry_count: 0 },
    { step: 'done', retry_count: 0 },
  ]);
  expect(places()).toEqual([]);
});

const claude = realClaude();

test.skipIf(claude === null)(
  'the real Claude Code works as a role from the filing of a task to its ledger (R-PROD-036, R-PROD-040, R-PROD-107)',
  async () => {
    const api = await aMessagesApi(
      { say: [{ tool: 'Write', input: { file_path: 'cart.txt', content: 'a cart' } }], inputTokens: 1_000 },
      { say: [{ text: 'The cart is there.\nSTATUS: done' }], outputTokens: 100 },
    );
    const { HOME: _home, CLAUDE_CONFIG_DIR: _dir, PATH: _path, ...env } = realClaudeEnv(api.url);
    const role = {
      command: [claude ?? ''],
      prompt: 'code.md',
      model: 'claude-sonnet-4-5',
      allowed_tools: ['Write'],
      expects: 'files',
    };
    const p = await aClaudeTeam({}, { roles: { code: role }, env });
    const id = await p.add('code', 'Build the cart', { description: 'In cart.txt.' });
    await until('the task is done', async () => (await p.task(id)).queueName === 'code:done', 45_000);
    expect(readFileSync(join(p.dir, 'cart.txt'), 'utf8')).toBe('a cart');
    expect(runRow(p, id)).toMatchObject({
      ...{ step: 'done', text: 'The cart is there.\nSTATUS: done', tool_calls: '["Write"]', turns: 2 },
      ...{ auth_mode: 'api', config_isolation: 'isolated' },
    });
    expect(Number(runRow(p, id)?.cost_micro_usd)).toBeGreaterThan(0);
    expect((api.requests[0]?.tools ?? []).map(({ name }) => name)).toEqual(['Write']);
    expect(JSON.stringify(api.requests[0]?.system)).toContain('You code.');
    expect(JSON.stringify(api.requests[0]?.messages)).toContain('You are the Code agent for Night shift.');
  },
  60_000,
);
