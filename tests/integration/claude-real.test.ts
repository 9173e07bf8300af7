import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AgentRequest } from '../../src/core/ports/agent.ts';
import { AgentOutcome } from '../../src/core/schema/agent-outcome.ts';
import { NO_MODEL_OPTIONS } from '../../src/core/schema/model-options.ts';
import { aFolder, aListener, aRequest, runAgent } from '../helpers/agent-run.ts';
import { aMessagesApi, type MessagesApi, type Reply } from '../helpers/messages-api.ts';
import { processesWith, until } from '../helpers/processes.ts';
import { aRealClaudeAgent, realClaude, realClaudeEnv } from '../helpers/real-claude.ts';

/** A whole run of the CLI takes a second; on a busy machine, several. */
const RUN_MS_MAX = 60_000;
/** It says nothing before it is up: shorter than this, silence would end it on a busy machine before it began. */
const START_MS_MAX = 20_000;
const claude = realClaude();
if (claude === null)
  console.warn('SKIPPED: no Claude Code for this platform (package @anthropic-ai/claude-agent-sdk-…)');

const SONNET = { ...NO_MODEL_OPTIONS, model: 'claude-sonnet-4-5' };

/** A request that names only what matters; the CLI is the real one. */
const real = (fields: Partial<AgentRequest> = {}): AgentRequest =>
  aRequest({ command: [claude ?? ''], model: SONNET, prompt: 'Do the work.', ...fields });

/** Runs the CLI once against a provider that answers so. */
async function run(replies: readonly Reply[], fields: Partial<AgentRequest> = {}, listener = aListener()) {
  const api = await aMessagesApi(...replies);
  const agent = aRealClaudeAgent(realClaudeEnv(api.url));
  const result = await runAgent(agent, real({ timeoutMs: RUN_MS_MAX, ...fields }), listener);
  AgentOutcome.parse(result.outcome);
  return { ...result, api };
}

/** Runs it until the provider was asked, then does something to it. */
async function interrupted(api: MessagesApi, request: AgentRequest, act: () => void) {
  const running = runAgent(aRealClaudeAgent(realClaudeEnv(api.url)), request);
  await until(() => api.requests.length > 0, RUN_MS_MAX / 2);
  act();
  return running;
}

const conversationOf = ({ requests }: MessagesApi, index: number) =>
  JSON.stringify(requests[index]?.messages);

describe.skipIf(claude === null)('the real Claude Code', { timeout: RUN_MS_MAX }, () => {
  test('answers, with cost, turns and model (R-AD-039, R-AD-055, R-SYS-018)', async () => {
    const { outcome, listener, api } = await run([
      { say: [{ text: 'All done.' }], inputTokens: 1_000, outputTokens: 100 },
    ]);
    expect(outcome).toMatchObject({
      kind: 'succeeded',
      costMicroUsd: 4_500,
      report: { text: 'All done.', isError: false, numTurns: 1, model: 'claude-sonnet-4-5', deniedTools: [] },
    });
    expect(listener.texts('text')).toEqual(['All done.']);
    expect(conversationOf(api, 0)).toContain('Do the work.');
  });

  test('takes our system prompt, a prompt that looks like an option, and a project of its own (R-ADX-019, R-AD-024)', async () => {
    const cwd = aFolder();
    writeFileSync(join(cwd, 'CLAUDE.md'), 'The house colour is green.');
    const model = { ...SONNET, systemPrompt: '## Dispatch protocol\nBe brief.' };
    const { outcome, api } = await run([{ say: [{ text: 'ok' }] }], { cwd, model, prompt: '--resume me' });
    expect(outcome.kind).toBe('succeeded');
    expect(JSON.stringify(api.requests[0]?.system)).toContain('## Dispatch protocol');
    expect(conversationOf(api, 0)).toContain('--resume me');
    expect(conversationOf(api, 0)).toContain('The house colour is green.');
  });

  test('uses an allowed tool and is denied another; the run goes on (R-AD-051, R-AD-052)', async () => {
    const model = { ...SONNET, permissionMode: 'dontAsk', allowedTools: ['Write'] };
    const cwd = aFolder();
    const { outcome, listener } = await run(
      [
        { say: [{ tool: 'Write', input: { file_path: join(cwd, 'made.txt'), content: 'by it' } }] },
        {
          say: [
            { text: 'Now remove.' },
            { tool: 'Bash', input: { command: 'rm made.txt', description: 'x' } },
          ],
        },
        { say: [{ text: 'I may not.' }] },
      ],
      { cwd, model },
    );
    expect(outcome).toMatchObject({
      kind: 'succeeded',
      report: { text: 'I may not.', deniedTools: ['Bash'] },
    });
    expect(readFileSync(join(cwd, 'made.txt'), 'utf8')).toBe('by it');
    expect(listener.texts('tool_use')).toEqual(['Using tool: Write', 'Using tool: Bash']);
    expect(
      listener.events.filter(({ type }) => type === 'tool_result').map(({ data }) => data.isError),
    ).toEqual([false, true]);
    expect(listener.texts('system')).toContain('Permission denied: Bash');
  });

  test('goes on with a conversation; each run has its own cost (R-AD-026, R-SYS-007, R-SYS-018)', async () => {
    const home = aFolder();
    const api = await aMessagesApi(
      { say: [{ text: 'The word is heron.' }], inputTokens: 1_000, outputTokens: 100 },
      { say: [{ text: 'It was heron.' }], inputTokens: 2_000, outputTokens: 100 },
    );
    const agent = aRealClaudeAgent(realClaudeEnv(api.url, home));
    const first = real({ prompt: 'Remember a word.' });
    await runAgent(agent, first);
    const { sessionId, cwd } = first;
    const { outcome } = await runAgent(agent, real({ prompt: 'Which word?', resume: true, sessionId, cwd }));
    expect(outcome).toMatchObject({
      ...{ kind: 'succeeded', sessionId, costMicroUsd: 7_500 },
      report: { text: 'It was heron.', conversationMicroUsd: 12_000 },
    });
    expect(conversationOf(api, 1)).toMatch(/Remember a word.*The word is heron.*Which word/);
  });

  test('does not know a conversation: told so, or begun anew (R-AD-077, R-SYS-007)', async () => {
    const { outcome } = await run([{ say: [{ text: 'ok' }] }], { resume: true });
    expect(outcome).toMatchObject({ kind: 'failed', report: { conversationMissing: true } });
    const again = await run([{ say: [{ text: 'ok' }] }], { resume: 'if-known' });
    expect(again.outcome).toMatchObject({ kind: 'succeeded', report: { text: 'ok' } });
  });

  test('stops at its budget, and says what it spent (R-ADX-010)', async () => {
    const { outcome, api } = await run(
      [{ say: [{ tool: 'Read', input: { file_path: 'x' } }], inputTokens: 100_000, outputTokens: 1_000 }],
      { model: { ...SONNET, budgetMicroUsd: 10_000 } },
    );
    expect(outcome).toMatchObject({
      ...{ kind: 'failed', reason: 'Reached maximum budget ($0.01)', costMicroUsd: 315_000 },
      report: { subtype: 'error_max_budget_usd', terminalReason: 'budget_exhausted' },
    });
    expect(outcome.sessionId).toBeDefined();
    expect(api.requests).toHaveLength(1);
  });

  test('tells the limit of its account and when it ends (R-ADX-032, R-SYS-021)', async () => {
    const message = 'You have hit your session limit · resets 6pm (UTC)';
    const { outcome } = await run([{ status: 429, error: 'rate_limit_error', message }]);
    expect(outcome).toMatchObject({ kind: 'failed', retryable: true, report: { apiStatus: 429 } });
    const resetAt = outcome.report?.usageLimit?.resetAt ?? 0;
    expect(resetAt).toBeGreaterThan(Date.now());
    expect(new Date(resetAt).getUTCHours()).toBe(18);
  });

  test('with a wrong key fails for good', async () => {
    const { outcome } = await run([{ status: 401, error: 'authentication_error', message: 'no such key' }]);
    expect(outcome).toMatchObject({ kind: 'failed', retryable: false, report: { apiStatus: 401 } });
  });

  test('whose stream stalls is ended by the watchdog, with what it had said (R-ART-043, R-AD-048)', async () => {
    const { outcome, api } = await run(
      [{ say: [{ text: 'First.' }, { tool: 'Read', input: { file_path: 'x' } }] }, { stall: 'and then' }],
      { silenceMs: START_MS_MAX },
    );
    expect(outcome).toMatchObject({
      kind: 'stalled',
      silentMs: START_MS_MAX,
      report: { text: expect.any(String) },
    });
    expect(api.requests).toHaveLength(2);
    expect(outcome.costMicroUsd).toBeGreaterThan(0);
  });

  test('ends cleanly when it is stopped, tells its cost, and can be taken up again (R-ART-048, R-AD-049)', async () => {
    const api = await aMessagesApi({ stall: 'thinking' });
    const listener = aListener();
    const request = real({ timeoutMs: RUN_MS_MAX });
    const running = runAgent(aRealClaudeAgent(realClaudeEnv(api.url)), request, listener);
    await until(() => api.requests.length > 0, RUN_MS_MAX / 2);
    listener.stop('cancel');
    const { outcome } = await running;
    expect(outcome).toMatchObject({ kind: 'stopped', by: 'cancel', sessionId: request.sessionId });
    expect(outcome.costMicroUsd).toBeDefined();
    expect(processesWith(request.runId)).toEqual([]);
  });

  test('that is ended by somebody else has failed without a result (R-AD-056)', async () => {
    const api = await aMessagesApi({ stall: 'thinking' });
    const request = real({ timeoutMs: RUN_MS_MAX });
    const { outcome } = await interrupted(api, request, () => {
      for (const pid of processesWith(`--session-id\0${request.sessionId}`)) process.kill(pid, 'SIGTERM');
    });
    expect(outcome).toMatchObject({ kind: 'failed', retryable: true, sessionId: request.sessionId });
    expect(outcome).toHaveProperty('reason', expect.stringMatching(/exit code 143|SIGTERM/));
  });
});
