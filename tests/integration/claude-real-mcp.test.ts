import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { call } from '../helpers/call.ts';
import { cliCommand } from '../helpers/cli.ts';
import { aMessagesApi, type MessagesApi, type Reply } from '../helpers/messages-api.ts';
import { aProject } from '../helpers/project.ts';
import { realClaude, realClaudeEnv } from '../helpers/real-claude.ts';

/** Two programs start and talk to each other; on a busy machine that takes its time. */
const TEST_MS_MAX = 120_000;
const claude = realClaude();
if (claude === null)
  console.warn('SKIPPED: no Claude Code for this platform (package @anthropic-ai/claude-agent-sdk-…)');

/** The agent's folder with our server in its `.mcp.json`, as a person would set it up, and its tools allowed. */
function callingAgent(dir: string): object {
  const directory = join(dir, 'caller');
  mkdirSync(join(directory, '.claude'), { recursive: true });
  const { command, args } = cliCommand(['mcp'], { cwd: directory });
  const mcpServers = { dispatch: { command, args } };
  writeFileSync(join(directory, '.mcp.json'), JSON.stringify({ mcpServers }));
  const settings = { enableAllProjectMcpServers: true, permissions: { allow: ['mcp__dispatch'] } };
  writeFileSync(join(directory, '.claude', 'settings.local.json'), JSON.stringify(settings));
  return { directory, model: 'claude-sonnet-4-5', permission_mode: 'dontAsk', timeout: 100 };
}

/** A project with one slot, an agent that is the real Claude Code, and one that answers. */
function aProjectWithCaller(api: MessagesApi) {
  // Filled in when the folder is known, read after that.
  const env: Record<string, string> = {};
  return aProject({
    routes: [],
    agents: { inner: 'echo "the word is heron, at depth $AGENT_DISPATCH_DEPTH"' },
    config: { pools: { dispatch: 1, routes: 1, roles: 1 }, host_slots: 1 },
    prepare(dir) {
      mkdirSync(join(dir, 'bin'));
      symlinkSync(claude ?? '', join(dir, 'bin', 'claude'));
      const folder = join(dir, '.config', 'agent-dispatch');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'agents.yaml'), JSON.stringify({ agents: { caller: callingAgent(dir) } }));
      Object.assign(env, realClaudeEnv(api.url, join(dir, 'home')), {
        PATH: [join(dir, 'bin'), process.env.PATH].join(delimiter),
        HOME: dir,
      });
    },
    env,
  });
}
const use = (tool: string, input: Readonly<Record<string, unknown>> = {}): Reply => ({
  say: [{ tool: `mcp__dispatch__${tool}`, input }],
});
const heard = ({ requests }: MessagesApi, index: number): string =>
  JSON.stringify(requests[index]?.messages.at(-1));

describe.skipIf(claude === null)('the real Claude Code', { timeout: TEST_MS_MAX }, () => {
  test('calls our server back: its call runs in its own slot and is known as its own (R-AD-001, R-AD-031, R-SYS-016, R-SYS-022)', async () => {
    const api = await aMessagesApi(
      use('list_agents'),
      use('dispatch', { agent: 'inner', task: 'Which word?', caller: 'caller' }),
      { say: [{ text: 'It was heron.' }] },
    );
    const p = await aProjectWithCaller(api);
    const answer = await call(p.project, 'dispatch', { agent: 'caller', task: 'Ask the other one.' });
    expect(answer).toMatchObject({ success: true, result: 'It was heron.' });
    expect(heard(api, 1)).toContain('inner');
    expect(heard(api, 2)).toContain('the word is heron, at depth 2');
    const { jobs, projection } = p.project.context.store;
    const [inner, outer] = await jobs.list({ limit: 5 });
    expect([inner?.agent, outer?.agent]).toEqual(['inner', 'caller']);
    expect((await jobs.get(inner?.jobId ?? ''))?.parentRunId).toBe(outer?.runId);
    const runs = await projection.listRuns({ limit: 5 });
    expect(new Set(runs.map(({ hostId }) => hostId)).size).toBe(1);
  });
});
