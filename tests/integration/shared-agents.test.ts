import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/adapters/config/load-config.ts';
import { watchConfig } from '../../src/adapters/config/watch-config.ts';
import { processCaller } from '../../src/cli/caller.ts';
import { anApi } from '../helpers/api-client.ts';
import { call } from '../helpers/call.ts';
import { aClaudeProject } from '../helpers/claude-project.ts';
import { aRecord } from '../helpers/fake-claude.ts';
import { settledIn, type TestProject, until } from '../helpers/project.ts';

const QUEUES = { Todo: [{ id: '1', name: 'a' }], 'In Progress': [], Done: [], Failed: [] };
const ROUTE = { queue_name: 'Todo', agent: 'infra', prompt: 'Do {task_id}', completed_queue: 'Done' };

/** The calling side of the agent of this task, as `dispatch mcp` in its environment finds it. */
async function callerInRun({ project }: TestProject, record: ReturnType<typeof aRecord>) {
  await until('the agent of the task runs', () => existsSync(record.env.FAKE_CLAUDE_RECORD));
  const { env } = record.calls()[0] as { readonly env: Record<string, string> };
  const { callingRun, claimedDepth } = await processCaller(project, env);
  if (callingRun === null) throw new Error('the run was not recognised');
  return { callingRun, claimedDepth };
}

test('a task is done by an agent of agents.yaml, in its folder and with its settings (R-SYS-023)', async () => {
  const record = aRecord();
  const p = await aClaudeProject(
    { infra: { text: 'All is well.' } },
    {
      ...{ queues: QUEUES, routes: [ROUTE], env: record.env },
      fields: { infra: { model: 'opus', permission_mode: 'plan', instructions: 'Be brief.' } },
      yaml: { settings: { default_allowed_tools: ['Bash'] } },
    },
  );
  await settledIn(p, '1', 'Done');
  const [run] = await p.project.context.store.projection.listRuns({ taskId: '1', limit: 5 });
  expect(run).toMatchObject({ agent: 'infra', surface: 'route', outcome: 'success', timeoutSeconds: 300 });
  const [seen] = record.calls();
  expect(seen?.cwd).toBe(join(p.dir, 'infra'));
  const words = seen?.argv.join(' ') ?? '';
  expect(words).toContain('-p Do 1');
  expect(words).toContain('--model opus --permission-mode plan --allowedTools Bash');
  expect(words).toContain('Be brief.');
});

test('what the agent of a task hands on to another is linked to that task (R-SYS-022)', async () => {
  const record = aRecord();
  const p = await aClaudeProject(
    {
      infra: { end: 'hang', result: null, record: record.env.FAKE_CLAUDE_RECORD },
      db: { text: 'Rows are fine.' },
    },
    { queues: QUEUES, routes: [ROUTE], config: { api_port: 0 } },
  );
  const inRun = await callerInRun(p, record);
  expect(inRun.callingRun.taskId).toBe('1');
  const answer = await call(p.project, 'dispatch', { agent: 'db', task: 'Look at the rows' }, inRun);
  expect(answer).toMatchObject({ success: true, result: 'Rows are fine.' });
  const again = { agent: 'db', task: 'Look at the rows', return_ref: true };
  expect(await call(p.project, 'dispatch', again, inRun)).toMatchObject({ cached: true });
  const { call: http } = await anApi(p);
  const listed = await http('GET', '/dispatches');
  expect(listed.body).toMatchObject([1, 2].map(() => ({ agent: 'db', status: 'done', task_id: '1' })));
  const job = await http('GET', `/dispatches/${listed.body[0].id}`);
  expect(job.body).toMatchObject({ task_id: '1', result: { success: true } });
  const runs = await http('GET', '/runs?task_id=1');
  expect(runs.body.map(({ agent }: { agent: string }) => agent).toSorted()).toEqual(['db', 'infra']);
});

test('an edit of agents.yaml counts for the next run of a route; a broken one changes nothing (R-SYS-023, R-AD-007)', async () => {
  const record = aRecord();
  const p = await aClaudeProject(
    { infra: {} },
    { queues: QUEUES, routes: [{ ...ROUTE, max_retries: 0 }], env: record.env },
  );
  const load = { cwd: p.dir, env: p.project.env };
  const problems: (string | null)[] = [];
  const watch = await watchConfig({
    load,
    current: await loadConfig(load),
    onChange: (settings) => p.project.apply(settings),
    onProblem: (problem) => problems.push(problem?.message ?? null),
  });
  onTestFinished(() => watch.close());
  await settledIn(p, '1', 'Done');
  const yaml = join(p.dir, '.config', 'agent-dispatch', 'agents.yaml');
  const write = (model: string) =>
    writeFileSync(yaml, JSON.stringify({ agents: { infra: { directory: join(p.dir, 'infra'), model } } }));
  write('haiku');
  await watch.check();
  writeFileSync(yaml, 'agents: [');
  await watch.check();
  expect(problems).toEqual([]);
  p.saveBoard({ ...QUEUES, Todo: [{ id: '2', name: 'b' }] });
  await settledIn(p, '2', 'Done');
  expect(record.calls().map(({ argv }) => argv.includes('haiku'))).toEqual([false, true]);
});
