import { mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { call } from '../helpers/call.ts';
import { aMessagesApi, type MessagesApi } from '../helpers/messages-api.ts';
import { aProject, settledIn, until } from '../helpers/project.ts';
import { realClaude, realClaudeEnv } from '../helpers/real-claude.ts';

const TEST_MS_MAX = 120_000;
const claude = realClaude();
if (claude === null)
  console.warn('SKIPPED: no Claude Code for this platform (package @anthropic-ai/claude-agent-sdk-…)');

/** A project whose agent is the real Claude Code, with a provider on loopback; its one task waits in Todo. */
function aRealProject(api: MessagesApi, budget: object, queues: object = {}) {
  const env: Record<string, string> = {};
  return aProject({
    queues: { Todo: [{ id: '1', name: 'a' }], 'In Progress': [], Done: [], Failed: [], ...queues },
    routes: [{ queue_name: 'Todo', agent: 'engineer', completed_queue: 'Done', dead_letter_queue: 'Failed' }],
    config: { agents: { engineer: { kind: 'claude-cli', model: 'claude-sonnet-4-5' } }, budget },
    prepare(dir) {
      mkdirSync(join(dir, 'bin'));
      symlinkSync(claude ?? '', join(dir, 'bin', 'claude'));
      Object.assign(env, realClaudeEnv(api.url, join(dir, 'home')), {
        PATH: [join(dir, 'bin'), process.env.PATH].join(delimiter),
        HOME: dir,
      });
    },
    env,
  });
}

describe.skipIf(claude === null)('the real Claude Code', { timeout: TEST_MS_MAX }, () => {
  test('tells a cost that reaches the books to the micro-dollar, and its tokens come to the same (R-PROD-055, R-PROD-056, R-SYS-018)', async () => {
    const api = await aMessagesApi({ say: [{ text: 'Done.' }], inputTokens: 1_000, outputTokens: 100 });
    const p = await aRealProject(api, { project_ceiling_usd: 5 });
    await settledIn(p, '1', 'Done');
    const { records, projection } = p.project.context.store;
    const [record] = await projection.listRuns({ taskId: '1', limit: 5 });
    expect(record?.costMicroUsd).toBe(1_000 * 3 + 100 * 15);
    expect(await records.listSpend({ limit: 10 })).toMatchObject([
      {
        ...{ runId: record?.runId, agent: 'engineer', known: true },
        ...{ microUsd: 4_500, reportedMicroUsd: 4_500, computedMicroUsd: 4_500 },
      },
    ]);
  });

  test('going on with a conversation is booked without what it cost before (R-SYS-018, R-AD-076)', async () => {
    const api = await aMessagesApi(
      { say: [{ text: 'One.' }], inputTokens: 1_000, outputTokens: 100 },
      { say: [{ text: 'Two.' }], inputTokens: 2_000, outputTokens: 10 },
    );
    const p = await aRealProject(api, { project_ceiling_usd: 5 }, { Todo: [] });
    const first = await call(p.project, 'dispatch', { agent: 'engineer', task: 'begin' });
    const again = { agent: 'engineer', task: 'go on', session_id: first.session_id };
    expect(await call(p.project, 'dispatch-session', again)).toMatchObject({ cost_usd: 0.00615 });
    const rows = await p.project.context.store.records.listSpend({ limit: 10 });
    const figures = rows.map(({ microUsd, computedMicroUsd }) => [microUsd, computedMicroUsd]);
    expect(figures).toEqual([
      [2_000 * 3 + 10 * 15, 2_000 * 3 + 10 * 15],
      [4_500, 4_500],
    ]);
  });

  test('stops at what the budget leaves for it; its task waits for money, uncounted (R-PROD-049, R-PROD-052)', async () => {
    const api = await aMessagesApi({
      say: [{ tool: 'Read', input: { file_path: 'x' } }],
      ...{ inputTokens: 100_000, outputTokens: 1_000 },
    });
    const p = await aRealProject(api, { project_ceiling_usd: 0.3 });
    const { records } = p.project.context.store;
    const state = await until('it waits for money', async () => {
      const now = await records.getTaskState('1');
      return now?.blockedCode === 'budget' && now;
    });
    expect(state).toMatchObject({ status: 'waiting', retryCount: 0 });
    expect((await p.task('1')).queueName).toBe('Todo');
    expect(await records.listSpend({ limit: 10 })).toMatchObject([{ microUsd: 315_000, known: true }]);
    expect(api.requests).toHaveLength(1);
  });
});
