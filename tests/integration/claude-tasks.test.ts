import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ClaudeAgentAdapter, type RunEvent } from '../../src/index.ts';
import { aFolder } from '../helpers/agent-run.ts';
import { aDispatcher, dispatcherEnv, inQueue } from '../helpers/dispatcher.ts';
import { aRecord, FAKE_CLAUDE_PATH } from '../helpers/fake-claude.ts';
import { aProject, settledIn } from '../helpers/project.ts';

const QUEUES = { Todo: [{ id: '1', name: 'a' }], 'In Progress': [], Review: [], Done: [], Failed: [] };

/** What the stand-in does at each call, written where it looks. */
function script(calls: readonly object[]): string {
  const path = join(aFolder(), 'script.json');
  writeFileSync(path, JSON.stringify({ calls }));
  return path;
}

test('a route runs Claude Code; a retry takes its conversation up again (R-ART-045, R-ARTX-002, R-AD-024, R-SYS-007)', async () => {
  const record = aRecord();
  const p = await aProject({
    queues: QUEUES,
    config: {
      agents: {
        engineer: { kind: 'claude-cli', model: 'opus', max_budget_usd: 0.5, instructions: 'Be brief.' },
      },
    },
    routes: [{ queue_name: 'Todo', agent: 'engineer', max_retries: 1, completed_queue: 'Done' }],
    env: {
      ...{ PATH: FAKE_CLAUDE_PATH, ...record.env, FAKE_CLAUDE_STATE: aFolder() },
      FAKE_CLAUDE_FILE: script([{ scenario: 'is-error' }, { scenario: 'quiet' }]),
    },
  });
  await settledIn(p, '1', 'Done');
  expect(await p.comments('1')).toContain(
    'Retry 1/1: The model gave up. Moving back to source queue for retry.',
  );
  const [second, first] = await p.project.context.store.projection.listRuns({ taskId: '1', limit: 5 });
  expect([first?.outcome, second?.outcome]).toEqual(['failed', 'success']);
  const sessionId = first?.sessionId ?? '';
  expect(second).toMatchObject({ sessionId, costMicroUsd: 12_300 });
  const argvs = record.calls().map(({ argv }) => argv.join(' '));
  expect(argvs[0]).toContain(`--session-id ${sessionId} --max-budget-usd 0.5 --model opus`);
  expect(argvs[0]).toContain('--append-system-prompt ## Standing instructions for "engineer"\nBe brief.');
  expect(argvs[1]).toContain(`--resume ${sessionId}`);
});

test('the agent of the next queue begins a conversation of its own (R-SYS-007)', async () => {
  const record = aRecord();
  const agents = { engineer: { kind: 'claude-cli' }, qa: { kind: 'claude-cli' } };
  const p = await aProject({
    queues: QUEUES,
    config: { agents },
    routes: [
      { queue_name: 'Todo', agent: 'engineer', completed_queue: 'Review' },
      { queue_name: 'Review', agent: 'qa', completed_queue: 'Done' },
    ],
    env: { PATH: FAKE_CLAUDE_PATH, ...record.env, FAKE_CLAUDE_STATE: aFolder() },
  });
  await settledIn(p, '1', 'Done');
  const ids = record.calls().map(({ argv }) => argv[argv.indexOf('--session-id') + 1]);
  expect(new Set(ids).size).toBe(2);
});

test('in code, an adapter holds Claude Code to its options; both spellings do (R-ART-045)', async () => {
  const record = aRecord();
  const folder = aFolder();
  const t = aDispatcher(
    { env: { ...dispatcherEnv(folder), PATH: FAKE_CLAUDE_PATH, ...record.env } },
    { Todo: [{ id: '1', name: 'a' }] },
  );
  const agent = new ClaudeAgentAdapter({
    ...{ subagent: 'reviewer', model: 'opus', permission_mode: 'plan', maxTurns: 3, max_budget_usd: 2 },
    cwd: folder,
  });
  t.dispatcher.route({ queue_name: 'Todo', completed_queue: 'Done', agent }, (id) => `do ${id}`);
  await t.dispatcher.start();
  await inQueue(t, '1', 'Done');
  const [call] = record.calls();
  expect(call?.cwd).toBe(folder);
  expect(call?.argv.slice(0, 6)).toEqual(['--agent', 'reviewer', '--max-turns', '3', '-p', 'do 1']);
  expect(call?.argv.join(' ')).toContain('--max-budget-usd 2 --model opus --permission-mode plan');
  expect(await t.get('/routes/Todo')).toMatchObject({ agent: 'claude' });
});

test('without Claude Code only its runs fail, and say what is missing (R-ART-046, R-AD-032)', async () => {
  const folder = aFolder();
  const t = aDispatcher(
    { dead_letter_queue: 'Failed', env: { ...dispatcherEnv(folder), PATH: '/usr/bin:/bin' } },
    { Todo: [{ id: '1', name: 'a' }], Review: [{ id: '2', name: 'b' }] },
  );
  t.dispatcher.route({ queue_name: 'Todo', agent: new ClaudeAgentAdapter() }, (id) => id);
  t.dispatcher.route({ queue_name: 'Review', completed_queue: 'Done', command: 'true' }, (id) => id);
  await t.dispatcher.start();
  await Promise.all([inQueue(t, '1', 'Failed'), inQueue(t, '2', 'Done')]);
  const { events } = await t.get<{ events: RunEvent[] }>('/agents/1');
  expect(events.at(-1)?.data.reason).toMatch(/^Claude CLI not found in PATH\./);
});

test.each([
  [{ model: '--resume' }, /ClaudeAgentAdapter: model/],
  [{ maxTurns: 0 }, /ClaudeAgentAdapter: max_turns/],
  [{ maxTurns: 1, max_turns: 2 }, /given twice/],
])('an option that makes no sense is refused at once: %j', (options, message) => {
  expect(() => new ClaudeAgentAdapter(options)).toThrow(message);
});
