import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRoleAgent } from '../../src/adapters/agents/role/agent.ts';
import { createProcessRunner } from '../../src/adapters/process/run-process.ts';
import type { AgentRequest } from '../../src/core/ports/agent.ts';
import type { AuthMode, RoleSettings } from '../../src/core/schema/role.ts';
import { aFolder, aListener, aRequest, runAgent } from '../helpers/agent-run.ts';
import { aMessagesApi, type Reply } from '../helpers/messages-api.ts';
import { realClaude, realClaudeEnv } from '../helpers/real-claude.ts';

/** A whole run of the CLI takes a second; on a busy machine, several. */
const RUN_MS_MAX = 60_000;
const claude = realClaude();
if (claude === null)
  console.warn('SKIPPED: no Claude Code for this platform (package @anthropic-ai/claude-agent-sdk-…)');

const ROLE: RoleSettings = {
  ...{ promptPath: null, allowedTools: ['Read'], disallowedTools: [], model: 'claude-sonnet-4-5' },
  ...{ permissionMode: null, maxTurns: 16, expects: null },
};

interface Given {
  readonly role?: Partial<RoleSettings>;
  readonly mode?: AuthMode;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly request?: Partial<AgentRequest>;
  /** Prepares the home of the user. */
  readonly home?: string;
}

/** Runs a role once with the real CLI against a provider that answers so. */
async function runRole(replies: readonly Reply[], given: Given = {}) {
  const api = await aMessagesApi(...replies);
  const { CLAUDE_CONFIG_DIR: _none, ...env } = realClaudeEnv(api.url, given.home ?? aFolder());
  const configRoot = join(aFolder(), 'roles');
  const root = given.request?.cwd ?? aFolder();
  const agent = createRoleAgent({
    ...{ runner: createProcessRunner(), configRoot },
    parentEnv: { ...env, ...given.env },
    role: (name) => (name === 'qa' ? { ...ROLE, ...given.role } : null),
    auth: () => ({ mode: given.mode ?? 'auto', inheritPermissionMode: 'bypassPermissions' }),
    projectRoot: () => root,
  });
  const request = aRequest({
    ...{ command: [claude ?? ''], agent: 'qa', prompt: 'Do the work.', cwd: root, timeoutMs: RUN_MS_MAX },
    ...given.request,
  });
  const { outcome, listener } = await runAgent(agent, request, aListener());
  return { outcome, listener, api, configRoot, root };
}

const toolsOf = (api: Awaited<ReturnType<typeof aMessagesApi>>, index = 0) =>
  (api.requests[index]?.tools ?? []).map(({ name }) => name).sort();

describe.skipIf(claude === null)('a role run by the real Claude Code', { timeout: RUN_MS_MAX }, () => {
  test.each(['isolated', 'inherit'] as const)(
    'has no tool but those of its list, so without Write and Edit it changes no file, also in %s mode (R-PROD-015)',
    async (mode) => {
      const cwd = aFolder();
      writeFileSync(join(cwd, 'kept.txt'), 'as it was');
      const file = join(cwd, 'kept.txt');
      const { outcome, api, listener } = await runRole(
        [
          { say: [{ tool: 'Read', input: { file_path: file } }] },
          { say: [{ tool: 'Write', input: { file_path: file, content: 'changed' } }] },
          { say: [{ tool: 'Bash', input: { command: `echo changed > ${file}`, description: 'x' } }] },
          { say: [{ text: 'I cannot.' }] },
        ],
        { mode, request: { cwd } },
      );
      expect(outcome).toMatchObject({ kind: 'succeeded', report: { text: 'I cannot.' } });
      expect(toolsOf(api)).toEqual(['Read']);
      expect(readFileSync(file, 'utf8')).toBe('as it was');
      const refusals = listener.events.filter(({ data }) => data.isError === true);
      expect(refusals).toHaveLength(2);
      expect(outcome.report?.setup).toMatchObject({
        configIsolation: mode,
        authMode: 'api',
        tools: ['Read'],
      });
    },
  );

  test('with tools that write uses them unasked; its files are known (R-PROD-040)', async () => {
    const cwd = aFolder();
    const file = join(cwd, 'made.txt');
    const { outcome } = await runRole(
      [
        { say: [{ tool: 'Write', input: { file_path: file, content: 'made' } }] },
        { say: [{ text: 'Made it.\nSTATUS: done' }] },
      ],
      { request: { cwd }, role: { allowedTools: ['Read', 'Write'], expects: 'files' } },
    );
    expect(outcome.kind).toBe('succeeded');
    expect(readFileSync(file, 'utf8')).toBe('made');
  });

  test('of a tool that is allowed in part only that part runs, whatever the mode (R-PROD-015)', async () => {
    const cwd = aFolder();
    const bash = (command: string) => ({ say: [{ tool: 'Bash', input: { command, description: 'x' } }] });
    await runRole(
      [
        bash('echo fine > /dev/null'),
        bash('touch forbidden.txt'),
        bash('mkdir nope'),
        { say: [{ text: 'So it is.' }] },
      ],
      { mode: 'inherit', request: { cwd }, role: { allowedTools: ['Bash(echo:*)'] } },
    );
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('an empty list leaves it no tool at all (R-PROD-015)', async () => {
    const { api, outcome } = await runRole([{ say: [{ text: 'Only words.' }] }], {
      role: { allowedTools: [] },
    });
    expect(outcome.kind).toBe('succeeded');
    expect(toolsOf(api)).toEqual([]);
  });

  test('gets its role file as system prompt in place of the CLI’s own (R-PROD-016, R-PROD-107)', async () => {
    const promptPath = join(aFolder(), 'qa.md');
    writeFileSync(promptPath, '- You are the tester of the heron.');
    const { api } = await runRole([{ say: [{ text: 'ok' }] }], { role: { promptPath } });
    const system = JSON.stringify(api.requests[0]?.system);
    expect(system).toContain('You are the tester of the heron.');
    expect(system).not.toContain('interactive CLI tool');
    const gone = await runRole([{ say: [{ text: 'ok' }] }], { role: { promptPath: `${promptPath}x` } });
    expect(gone.outcome).toMatchObject({
      ...{ kind: 'failed', retryable: false },
      reason: `System prompt for role 'qa' missing at ${promptPath}x`,
    });
  });

  test('ends at its turns, which is a failure and not a success (R-PROD-041, R-PROD-043)', async () => {
    const { outcome, api } = await runRole(
      [{ say: [{ tool: 'Read', input: { file_path: '/etc/hostname' } }] }],
      {
        role: { maxTurns: 2 },
      },
    );
    expect(outcome).toMatchObject({
      kind: 'failed',
      retryable: true,
      report: { subtype: 'error_max_turns' },
    });
    expect(api.requests).toHaveLength(2);
  });

  test('isolated has a configuration folder of its own for the run: 0700, outside the project, gone afterwards (R-PROD-089, R-PROD-092)', async () => {
    const home = aFolder();
    mkdirSync(join(home, '.claude'));
    writeFileSync(join(home, '.claude', 'settings.json'), JSON.stringify({ env: { FROM_USER: 'yes' } }));
    writeFileSync(join(home, '.claude', 'CLAUDE.md'), 'The user likes herons.');
    const cwd = aFolder();
    const show = { tool: 'Bash', input: { command: 'stat -c %a $CLAUDE_CONFIG_DIR; env', description: 'x' } };
    const { api, configRoot } = await runRole([{ say: [show] }, { say: [{ text: 'ok' }] }], {
      ...{ home, request: { cwd }, role: { allowedTools: ['Bash'] } },
    });
    const seen = JSON.stringify(api.requests[1]?.messages);
    expect(seen).toContain(`CLAUDE_CONFIG_DIR=${configRoot}/run-${process.pid}-`);
    expect(seen).toContain('700\\n');
    expect(seen).not.toContain('FROM_USER');
    expect(seen).not.toContain('herons');
    expect(seen).toContain('GIT_TERMINAL_PROMPT=0');
    expect(readdirSync(configRoot)).toEqual(['sessions']);
    const inherit = await runRole([{ say: [show] }, { say: [{ text: 'ok' }] }], {
      ...{ home, mode: 'inherit', request: { cwd }, role: { allowedTools: ['Bash'] } },
      env: { CLAUDE_CONFIG_DIR: '/nowhere' },
    });
    const told = JSON.stringify(inherit.api.requests[1]?.messages);
    expect(told).toContain('FROM_USER=yes');
    expect(told).not.toContain('/nowhere');
    expect(existsSync(inherit.configRoot)).toBe(false);
  });

  test('goes on with its conversation although each run has a folder of its own (R-PROD-041)', async () => {
    const api = await aMessagesApi(
      { say: [{ text: 'The word is heron.' }] },
      { say: [{ text: 'It was heron.' }] },
    );
    const { CLAUDE_CONFIG_DIR: _none, ...env } = realClaudeEnv(api.url, aFolder());
    const cwd = aFolder();
    const agent = createRoleAgent({
      ...{ runner: createProcessRunner(), configRoot: join(aFolder(), 'roles'), parentEnv: env },
      role: () => ROLE,
      auth: () => ({ mode: 'isolated', inheritPermissionMode: 'bypassPermissions' }),
      projectRoot: () => cwd,
    });
    const first = aRequest({ command: [claude ?? ''], agent: 'qa', prompt: 'Remember a word.', cwd });
    await runAgent(agent, first, aListener());
    const { sessionId } = first;
    const again = aRequest({
      command: [claude ?? ''],
      agent: 'qa',
      prompt: 'Which?',
      cwd,
      sessionId,
      resume: true,
    });
    const { outcome } = await runAgent(agent, again, aListener());
    expect(outcome).toMatchObject({ kind: 'succeeded', report: { text: 'It was heron.' } });
    expect(JSON.stringify(api.requests[1]?.messages)).toContain('The word is heron.');
  });
});
