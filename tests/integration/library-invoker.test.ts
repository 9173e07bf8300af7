import { existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  ClaudeAgentInvoker,
  type ClaudeInvokerOptions,
  InvocationResult,
  type InvokeOptions,
} from '../../src/index.ts';
import { aFolder } from '../helpers/agent-run.ts';
import { aRecord, FAKE_CLAUDE_PATH } from '../helpers/fake-claude.ts';
import { aMessagesApi } from '../helpers/messages-api.ts';
import { until } from '../helpers/project.ts';
import { realClaude, realClaudeEnv } from '../helpers/real-claude.ts';

const claude = realClaude();
if (claude === null)
  console.warn('SKIPPED: no Claude Code for this platform (package @anthropic-ai/claude-agent-sdk-…)');

/** A whole run of the CLI takes a second; on a busy machine, several. */
const RUN_MS_MAX = 60_000;

/** An invoker whose `claude` is the stand-in, and what that wrote down. */
function anInvoker(settings: object = {}, options: Partial<ClaudeInvokerOptions> = {}) {
  const home = aFolder();
  const record = aRecord();
  const env = {
    ...{ PATH: FAKE_CLAUDE_PATH, HOME: home, XDG_STATE_HOME: join(home, 'state') },
    ...record.env,
    FAKE_CLAUDE_SETTINGS: JSON.stringify(settings),
    ...options.env,
  };
  const cwd = aFolder();
  const make = () => new ClaudeAgentInvoker({ cwd, api_key: 'a-key-of-no-use', ...options, env });
  return { home, cwd, make, calls: record.calls };
}

const TOOL = {
  type: 'assistant',
  message: {
    ...{ id: 'm1', model: 'claude-sonnet-4-5' },
    content: [{ type: 'tool_use', id: 't1', name: 'Write', input: { file_path: 'a.ts', content: 'x' } }],
  },
};

test(
  'invoke() runs Claude Code once and answers texts, tools, tokens and both costs (R-PROD-097)',
  async () => {
    const { make, calls, cwd, home } = anInvoker({
      say: ['I begin.'],
      events: [TOOL],
      text: 'Done.',
      costUsd: 0.25,
    });
    const invoker = make();
    expect(invoker).toMatchObject({
      auth_mode: 'api',
      config_isolation: 'isolated',
      permission_mode: 'acceptEdits',
    });
    expect([invoker.authMode, invoker.configDir]).toEqual(['api', null]);
    const result = await invoker.invoke('code', 'Do it.', { system_prompt: 'You code.', model: 'sonnet' });
    expect(result).toBeInstanceOf(InvocationResult);
    expect(result).toMatchObject({
      ...{ actual_cost_usd: 0.25, auth_mode: 'api', config_isolation: 'isolated', sdk_error: null },
      tool_calls: [{ name: 'Write', input: { file_path: 'a.ts', content: 'x' } }],
    });
    expect(result.text).toContain('I begin.');
    expect(result.cost_usd).toBe(result.computedCostUsd);
    expect(Object.keys(result.usage)).toEqual(expect.arrayContaining(['input_tokens', 'output_tokens']));
    expect(result.raw_messages.length).toBeGreaterThan(2);
    const [call] = calls();
    expect(call?.argv.join(' ')).toContain('--system-prompt You code.');
    expect(call?.argv.join(' ')).toContain(
      '--model sonnet --max-turns 16 --permission-mode acceptEdits --tools Read,Glob,Grep',
    );
    expect(call).toMatchObject({
      cwd,
      env: { ANTHROPIC_API_KEY: 'a-key-of-no-use', GIT_TERMINAL_PROMPT: '0' },
    });
    // A folder of this call alone, outside of the project, gone afterwards (R-PROD-092).
    const dir = call?.env.CLAUDE_CONFIG_DIR ?? '';
    expect([dir.startsWith(join(home, 'state')), existsSync(dir)]).toEqual([true, false]);
    expect(readdirSync(cwd)).toEqual([]);
  },
  RUN_MS_MAX,
);

test(
  'a call that did something tells how it ended; one that did nothing throws why (R-PROD-043)',
  async () => {
    const limit = { is_error: true, subtype: 'error_max_turns' };
    const { make } = anInvoker({ say: ['Half of it.'], text: '', result: limit, exitCode: 1 });
    expect(await make().invoke('code', 'Do it.')).toMatchObject({
      ...{ text: 'Half of it.', sdk_error: "claude CLI reported 'error_max_turns'" },
    });
    const { make: broken } = anInvoker({ init: false, result: null, exitCode: 3, stderr: 'no luck' });
    await expect(broken().invoke('code', 'Do it.')).rejects.toMatchObject({ code: 'agent-failed' });
    const { make: none } = anInvoker({}, { env: { PATH: aFolder() } });
    await expect(none().invoke('code', 'Do it.')).rejects.toThrow('Claude CLI not found in PATH');
  },
  RUN_MS_MAX,
);

test(
  'its signal ends a call with all its processes',
  async () => {
    const { make, calls } = anInvoker({ end: 'hang' });
    const abort = new AbortController();
    const invoking = make().invoke('code', 'Do it.', { signal: abort.signal });
    await until('it runs', () => calls().length === 1);
    abort.abort();
    const ended = await invoking.catch((error: unknown) => error);
    expect(JSON.stringify(ended instanceof Error ? ended.message : ended)).toContain('stopped by cancel');
  },
  RUN_MS_MAX,
);

test(
  'a login, a folder and a mode are found or named as with ai-producer (R-PROD-088, R-PROD-089, R-PROD-090)',
  async () => {
    const home = aFolder();
    mkdirSync(join(home, '.claude'));
    writeFileSync(join(home, '.claude', '.credentials.json'), '{}');
    const own = join(aFolder(), 'own');
    const kept = anInvoker({}, { api_key: null, config_dir: own, env: { HOME: home } });
    const invoker = kept.make();
    expect(invoker).toMatchObject({
      auth_mode: 'subscription',
      config_isolation: 'isolated',
      config_dir: own,
    });
    await invoker.invoke('code', 'Do it.', { allowed_tools: ['Bash(git:*)'], max_turns: 3 });
    const [call] = kept.calls();
    expect(call?.env.CLAUDE_CONFIG_DIR).toBe(own);
    expect(call?.argv.join(' ')).toContain('--max-turns 3 --permission-mode dontAsk --tools Bash');
    expect(lstatSync(join(own, '.credentials.json')).isSymbolicLink()).toBe(true);

    const outer = anInvoker(
      {},
      { api_key: null, env: { PRODUCER_AUTH_MODE: 'inherit', CLAUDE_CONFIG_DIR: '/nowhere' } },
    );
    const inherits = outer.make();
    expect(inherits).toMatchObject({ config_isolation: 'inherit', permissionMode: 'bypassPermissions' });
    await inherits.invoke('code', 'Do it.');
    expect(outer.calls()[0]?.env.CLAUDE_CONFIG_DIR).toBeUndefined();
    const isolated = anInvoker({}, { api_key: null, auth_config: { mode: 'isolated' } });
    expect(isolated.make).toThrow('auth.mode is isolated, but there is no ANTHROPIC_API_KEY');
    const odd = anInvoker({}, { env: { PRODUCER_AUTH_MODE: 'api' } });
    expect(odd.make).toThrow("PRODUCER_AUTH_MODE must be one of ['auto', 'inherit', 'isolated']; got 'api'");
    expect(process.env.CLAUDE_CONFIG_DIR).not.toBe(own);
  },
  RUN_MS_MAX,
);

test('signatures are those of ai-producer (R-PROD-097)', () => {
  expectTypeOf<ClaudeAgentInvoker['invoke']>().parameter(1).toEqualTypeOf<string>();
  expectTypeOf<ClaudeAgentInvoker['invoke']>().parameter(2).toEqualTypeOf<InvokeOptions | undefined>();
  expectTypeOf<ClaudeAgentInvoker['invoke']>().returns.resolves.toEqualTypeOf<InvocationResult>();
  const result = new InvocationResult({ text: 'x', cost_usd: 0.5 });
  expect(result).toMatchObject({
    computed_cost_usd: 0.5,
    cost_usd: 0.5,
    sdk_error: null,
    actual_cost_usd: null,
  });
  expect([result.toolCalls, result.costUsd]).toEqual([[], 0.5]);
});

describe.skipIf(claude === null)('with the real Claude Code', { timeout: RUN_MS_MAX }, () => {
  test('invoke() has texts, tool calls with their whole input, tokens and the cost of a real conversation (R-PROD-055, R-PROD-097)', async () => {
    const cwd = aFolder();
    const path = join(cwd, 'notes.txt');
    const api = await aMessagesApi(
      {
        say: [
          { text: 'I write.' },
          { tool: 'Write', input: { file_path: path, content: 'x'.repeat(2_000) } },
        ],
      },
      { say: [{ text: 'Written.' }], inputTokens: 100, outputTokens: 50 },
    );
    const env: Record<string, string> = { ...realClaudeEnv(api.url), XDG_STATE_HOME: aFolder() };
    const bin = aFolder();
    writeFileSync(join(bin, 'claude'), `#!/bin/sh\nexec ${claude} "$@"\n`, { mode: 0o755 });
    const invoker = new ClaudeAgentInvoker({ cwd, env: { ...env, PATH: `${bin}:${env.PATH}` } });
    const result = await invoker.invoke('code', 'Write notes.', {
      ...{ system_prompt: 'You write.', allowed_tools: ['Write'], model: 'claude-sonnet-4-5' },
    });
    expect(result).toMatchObject({
      ...{ text: 'I write.\nWritten.', sdk_error: null, auth_mode: 'api' },
      tool_calls: [{ name: 'Write', input: { file_path: path, content: 'x'.repeat(2_000) } }],
    });
    expect(existsSync(path)).toBe(true);
    expect(result.actual_cost_usd).toBeGreaterThan(0);
    expect(result.computed_cost_usd).toBeCloseTo(result.actual_cost_usd ?? 0, 4);
    expect(result.usage.output_tokens).toBeGreaterThan(0);
    expect(JSON.stringify(api.requests[0]?.system)).toContain('You write.');
  });
});
