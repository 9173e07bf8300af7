import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROMPT_ARGV_BYTES_MAX } from '../../src/core/limits.ts';
import { toDispatchResult } from '../../src/core/policy/dispatch/to-dispatch-result.ts';
import type { AgentRequest } from '../../src/core/ports/agent.ts';
import type { AgentOutcome } from '../../src/core/schema/agent-outcome.ts';
import { NO_MODEL_OPTIONS } from '../../src/core/schema/model-options.ts';
import { aFolder, aRequest, fixtureAgent, runAgent } from '../helpers/agent-run.ts';
import { aClaudeAgent, aRecord, FAKE_CLAUDE_PATH } from '../helpers/fake-claude.ts';

type Env = Readonly<Record<string, string>>;

/** Runs the stand-in in a scenario; the CLI is on PATH unless the request names another. */
function run(scenario: string, request: Partial<AgentRequest> = {}, env: Env = {}) {
  const agent = aClaudeAgent({ FAKE_CLAUDE_SCENARIO: scenario, ...env });
  return runAgent(agent, aRequest({ command: [], ...request }));
}

/** What a caller hears of it. */
const toldOf = (outcome: AgentOutcome) =>
  toDispatchResult(outcome, {
    ...{ agent: 'infra', request: { responseFormat: 'text' }, sessionId: 'pre-assigned', resume: false },
    spec: { kind: 'claude-cli', maxBudgetUsd: null },
  });

/** A CLI of its own, so that what is known of another does not count for it. */
function anotherClaude(): string {
  const file = join(aFolder(), 'claude');
  symlinkSync(fixtureAgent('claude'), file);
  return file;
}

describe('what the CLI is given', () => {
  test('the prompt as argument, no input, the folder, the environment of ours and of the run (R-AD-009, R-AD-024, R-AD-030)', async () => {
    const record = aRecord();
    const request = aRequest({ command: [], env: { AGENT_DISPATCH_DEPTH: '1' }, prompt: 'do it' });
    // However the user logs in: the CLI finds it as it does without us.
    const login = { HOME: '/home/ann', ANTHROPIC_API_KEY: 'key', CLAUDE_CODE_OAUTH_TOKEN: 'token' };
    const ours = { ...login, ...record.env, OURS: 'yes', TEMPORAL_API_KEY: 'secret' };
    await runAgent(aClaudeAgent(ours), request);
    const [call, ...more] = record.calls();
    expect(more).toEqual([]);
    expect(call).toMatchObject({ cwd: request.cwd, stdin: '' });
    expect(call?.argv.slice(0, 5)).toEqual(['-p', 'do it', '--output-format', 'stream-json', '--verbose']);
    expect(call?.argv.slice(5)).toEqual(['--session-id', request.sessionId]);
    expect(call?.env).toMatchObject({
      ...login,
      ...{ AGENT_DISPATCH_DEPTH: '1', OURS: 'yes', CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1' },
    });
    expect(call?.env).not.toHaveProperty('TEMPORAL_API_KEY');
  });

  test('background work is only forbidden when nobody said otherwise', async () => {
    const record = aRecord();
    await run('success', {}, { ...record.env, CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '0' });
    expect(record.calls()[0]?.env.CLAUDE_CODE_DISABLE_BACKGROUND_TASKS).toBe('0');
  });

  test.each([
    ['a long prompt', 'ä'.repeat(PROMPT_ARGV_BYTES_MAX)],
    ['one that looks like an option', '--version'],
  ])('%s arrives whole by standard input (R-SYS-030)', async (_, prompt) => {
    const record = aRecord();
    const { outcome } = await run('success', { prompt }, record.env);
    expect(outcome.kind).toBe('succeeded');
    expect(record.calls()[0]?.stdin === prompt).toBe(true);
  });

  test('a variable that loads code is refused', async () => {
    const { outcome } = await run('success', { env: { NODE_OPTIONS: '--require x' } });
    expect(outcome).toMatchObject({ kind: 'failed', retryable: false });
  });
});

describe('a run that does not start', () => {
  test('without a CLI on PATH (R-AD-032)', async () => {
    const { outcome } = await run('success', {}, { PATH: aFolder() });
    expect(outcome).toMatchObject({ kind: 'failed', retryable: false, refusal: 'not_found' });
    expect(toldOf(outcome)).toMatchObject({
      ...{ success: false, error_type: 'not_found' },
      error: expect.stringMatching(/^Claude CLI not found in PATH\./),
    });
  });

  test('with a CLI that may not be run (R-AD-054)', async () => {
    const folder = aFolder();
    writeFileSync(join(folder, 'claude'), '#!/bin/sh\n', { mode: 0o600 });
    const { outcome } = await run('success', {}, { PATH: folder });
    expect(toldOf(outcome)).toMatchObject({ success: false, error_type: 'permission' });
  });

  test('without its folder, or with a file in its place (R-AD-033)', async () => {
    const folder = aFolder();
    const file = join(folder, 'file');
    writeFileSync(file, '');
    for (const cwd of [join(folder, 'none'), file]) {
      const { outcome, listener } = await run('success', { cwd });
      expect(outcome).toMatchObject({ kind: 'failed', retryable: false });
      const note = cwd === file ? ' (there is a file of that name)' : '';
      expect(toldOf(outcome)).toMatchObject({
        ...{ success: false, error_type: 'not_found', error: `Directory does not exist: ${cwd}${note}` },
      });
      expect(listener.spawned).toEqual([]);
    }
  });

  test('with a value that the CLI would take for an option (R-AD-029)', async () => {
    const model = { ...NO_MODEL_OPTIONS, model: '--resume' };
    const { outcome, listener } = await run('success', { model });
    expect(outcome).toMatchObject({ kind: 'failed', retryable: false });
    expect(toldOf(outcome)).toMatchObject({
      ...{ success: false, error_type: 'cli_error' },
      error:
        "Refusing to dispatch: model '--resume' starts with '-' and would be interpreted as a command-line flag by the claude CLI.",
    });
    expect(listener.spawned).toEqual([]);
  });
});

describe('an old CLI', () => {
  test('is not given the session id it lacks, and that conversation is not claimed (R-AD-050)', async () => {
    const record = aRecord();
    const { outcome } = await run('old-cli', { command: [anotherClaude()] }, record.env);
    expect(outcome.kind).toBe('succeeded');
    expect(record.calls().map(({ argv }) => argv.includes('--session-id'))).toEqual([false]);
    expect(toldOf(outcome).session_id).toBe(outcome.sessionId);
    const lacking = { FAKE_CLAUDE_SETTINGS: JSON.stringify({ lacks: ['--session-id'] }) };
    const cut = await run('exit-3', { command: [anotherClaude()] }, lacking);
    expect(toldOf(cut.outcome)).toMatchObject({ error_type: 'cli_error' });
    expect(toldOf(cut.outcome)).not.toHaveProperty('session_id');
  });

  test('that refuses it although it named it is tried once more without (R-AD-050)', async () => {
    const record = aRecord();
    const { outcome, listener } = await run('lying-cli', { command: [anotherClaude()] }, record.env);
    expect(outcome.kind).toBe('succeeded');
    expect(record.calls().map(({ argv }) => argv.includes('--session-id'))).toEqual([true, false]);
    expect(listener.texts('system')).toContainEqual(expect.stringContaining('has no --session-id'));
  });

  test('gets the system prompt in front of the prompt (R-ADX-026)', async () => {
    const record = aRecord();
    const model = { ...NO_MODEL_OPTIONS, systemPrompt: '## Dispatch protocol' };
    await run('older-cli', { command: [anotherClaude()], model, prompt: 'do it' }, record.env);
    expect(record.calls()[0]?.argv).toEqual([
      ...['-p', '## Dispatch protocol\n\ndo it', '--output-format', 'stream-json', '--verbose'],
    ]);
  });

  test('does not run when it could not hold the budget', async () => {
    const model = { ...NO_MODEL_OPTIONS, budgetMicroUsd: 1 };
    const { outcome, listener } = await run('older-cli', { command: [anotherClaude()], model });
    expect(outcome).toMatchObject({ kind: 'failed', retryable: false });
    expect(toldOf(outcome)).toMatchObject({
      ...{ error_type: 'cli_error', error: expect.stringContaining('has no --max-budget-usd') },
    });
    expect(listener.spawned).toEqual([]);
  });

  test('is asked once, however many runs there are', async () => {
    const record = aRecord();
    const command = [anotherClaude()];
    for (const _ of [1, 2]) await run('old-cli', { command }, record.env);
    expect(record.calls()).toHaveLength(2);
  });
});

describe('a conversation', () => {
  test('goes on, and each run has its own cost (R-AD-026, R-SYS-007, R-SYS-018)', async () => {
    const env = { FAKE_CLAUDE_STATE: aFolder() };
    const first = aRequest({ command: [], prompt: 'one' });
    const { sessionId } = first;
    await runAgent(aClaudeAgent(env), first);
    const { outcome } = await run('quiet', { sessionId, resume: true, prompt: 'two' }, env);
    expect(outcome).toMatchObject({
      ...{ kind: 'succeeded', sessionId, costMicroUsd: 12_300 },
      report: { text: 'We spoke of: one', conversationMicroUsd: 24_600 },
    });
  });

  test('that nobody knows fails and says so (R-AD-077)', async () => {
    const { outcome } = await run('quiet', { resume: true }, { FAKE_CLAUDE_STATE: aFolder() });
    expect(outcome).toMatchObject({ kind: 'failed', report: { conversationMissing: true } });
  });

  test('that may be unknown is begun anew under the same id (R-SYS-007)', async () => {
    const request = { resume: 'if-known', sessionId: 'the-one' } as const;
    const { outcome } = await run('quiet', request, { FAKE_CLAUDE_STATE: aFolder() });
    expect(outcome).toMatchObject({ kind: 'succeeded', sessionId: 'the-one' });
  });
});

describe('an answer that a conversation waits for', () => {
  const told = { prompt: 'the whole task and the answer', resumePrompt: 'the answer' } as const;

  test('is all that a conversation which goes on is told (R-SYS-026)', async () => {
    const env = { FAKE_CLAUDE_STATE: aFolder() };
    const { outcome: first } = await run('quiet', { prompt: 'one' }, env);
    const request = { ...told, sessionId: first.sessionId ?? '', resume: 'if-known' } as const;
    const { outcome } = await run('quiet', request, env);
    expect(outcome).toMatchObject({ kind: 'succeeded', sessionId: first.sessionId });
    const { outcome: third } = await run('quiet', { ...request, resume: true }, env);
    expect(third.report?.text).toBe('We spoke of: one | the answer');
  });

  test('comes with the whole task where the conversation is not known any more (R-SYS-026)', async () => {
    const env = { FAKE_CLAUDE_STATE: aFolder() };
    const request = { ...told, resume: 'if-known', sessionId: 'the-one' } as const;
    await run('quiet', request, env);
    const { outcome } = await run('quiet', { prompt: 'more', resume: true, sessionId: 'the-one' }, env);
    expect(outcome.report?.text).toBe('We spoke of: the whole task and the answer');
  });
});

describe('output', () => {
  test('an answer of 10 MB arrives whole (R-SYS-032)', async () => {
    const { outcome } = await run('big-result');
    expect(outcome.report?.text).toHaveLength(10 * 1024 * 1024);
  });

  test('1 MiB on stderr neither stops it nor is kept whole (R-ADX-012)', async () => {
    const { outcome } = await run('big-stderr');
    expect(outcome.kind).toBe('succeeded');
    expect(outcome.report?.stderr.length).toBeLessThanOrEqual(16 * 1024);
  });

  test('undecodable bytes and half characters are replaced (R-ADX-017, R-ADX-045)', async () => {
    const { outcome } = await run('undecodable');
    expect(outcome).toMatchObject({ kind: 'succeeded', report: { text: 'lone \u{fffd} surrogate' } });
  });

  test('events nobody knows, broken lines and several inits are survived (R-AD-055, R-ADX-049)', async () => {
    const { outcome, listener } = await run('noisy');
    expect(outcome).toMatchObject({ kind: 'succeeded', report: { text: 'The work is done.' } });
    expect(listener.texts('stdout')).toContain('a line that is no JSON');
  });

  test('children that hold its pipes cannot prolong it (R-ADX-012, R-ADX-041)', async () => {
    const { outcome, tookMs } = await run('holders');
    expect(outcome).toMatchObject({ kind: 'succeeded', costMicroUsd: 12_300 });
    expect(tookMs).toBeLessThan(5_000);
  });
});

describe('the end', () => {
  test('an answer that came before the timeout is the answer (R-ADX-012, R-ADX-042)', async () => {
    const { outcome } = await run('result-then-hang', { timeoutMs: 2_500 });
    expect(outcome).toMatchObject({
      ...{ kind: 'succeeded', costMicroUsd: 12_300 },
      report: { text: 'The work is done.', cleanedUp: true },
    });
  });

  test('an interrupted run tells what it cost (R-AD-048, R-SYS-018)', async () => {
    const { outcome } = await run('hang', { timeoutMs: 2_500 });
    expect(outcome).toMatchObject({ kind: 'timed-out', costMicroUsd: 12_300, report: { text: 'working' } });
  });

  test.each([
    ['budget', { kind: 'failed', reason: 'Reached maximum budget ($0.5)', costMicroUsd: 520_000 }],
    ['denied', { kind: 'succeeded', report: { deniedTools: ['Bash', 'WebFetch', 'odd', 'Old', 'unknown'] } }],
    ['usage-limit', { kind: 'failed', report: { usageLimit: { resetAt: expect.any(Number) } } }],
    ['plain', { kind: 'succeeded', report: { text: 'Plain words,\ntwo lines of them.' } }],
    ['empty', { kind: 'failed' }],
    ['two-results', { kind: 'succeeded', report: { text: 'second' } }],
    ['bad-numbers', { kind: 'succeeded', report: { text: 'The work is done.' } }],
  ])('%s (R-SYS-037)', async (scenario, expected) => {
    expect((await run(scenario)).outcome).toMatchObject(expected);
  });

  test('the CLI is found on the PATH it will run with', async () => {
    const { outcome } = await run('quiet', { env: { PATH: FAKE_CLAUDE_PATH } }, { PATH: '/usr/bin:/bin' });
    expect(outcome.kind).toBe('succeeded');
  });
});
