import { execFile } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { findExecutable } from '../../adapters/process/find-executable.ts';
import { MCP_SERVER_NAME } from '../../api/mcp/server-name.ts';
import type { CliIo } from '../io.ts';
import type { ServerEntry } from './server-entry.ts';

/** Where Claude Code keeps a server: for this user, this folder of this user, or everybody in this folder. */
export const CLAUDE_SCOPES = ['user', 'local', 'project'] as const;
export type ClaudeScope = (typeof CLAUDE_SCOPES)[number];

/** What came of it; `manual` is what a person may type instead. */
export type ClaudeOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'no-claude'; readonly manual: string }
  | { readonly kind: 'failed'; readonly manual: string; readonly reason: string };

/** What to register, and where. */
export interface ClaudeTarget {
  readonly io: Pick<CliIo, 'env' | 'cwd'>;
  readonly scope: ClaudeScope;
}

const CALL_MS_MAX = 30_000;

/** Registers the server with Claude Code (R-AD-131); an entry that is already so is left alone, another one is replaced. */
export async function registerWithClaude(target: ClaudeTarget, entry: ServerEntry): Promise<ClaudeOutcome> {
  const wanted = { type: 'stdio', command: entry.command, args: [...entry.args] };
  const words = ['mcp', 'add-json', MCP_SERVER_NAME, JSON.stringify(wanted), '--scope', target.scope];
  const manual = `claude mcp add-json ${MCP_SERVER_NAME} '${JSON.stringify(wanted)}' --scope ${target.scope}`;
  const claude = findExecutable('claude', { cwd: target.io.cwd, path: target.io.env.PATH });
  if (claude === null) return { kind: 'no-claude', manual };
  const known = target.scope === 'user' ? userEntry(target.io.env) : null;
  if (known !== null && isDeepStrictEqual(known, wanted)) return { kind: 'unchanged' };
  keepCopy(target.io.env);
  const first = await call(claude, words, target.io);
  if (first.ok) return { kind: 'done' };
  // It refuses to write over an entry of that name.
  await call(claude, removal(target.scope), target.io);
  const second = await call(claude, words, target.io);
  return second.ok ? { kind: 'done' } : { kind: 'failed', manual, reason: second.said || first.said };
}

/** Takes the server out of Claude Code again; `unchanged` when it was not there. */
export async function removeFromClaude({ io, scope }: ClaudeTarget): Promise<ClaudeOutcome> {
  const manual = `claude ${removal(scope).join(' ')}`;
  const claude = findExecutable('claude', { cwd: io.cwd, path: io.env.PATH });
  if (claude === null) return { kind: 'no-claude', manual };
  keepCopy(io.env);
  const { ok, said } = await call(claude, removal(scope), io);
  if (ok) return { kind: 'done' };
  return /no .*mcp server|not found/i.test(said)
    ? { kind: 'unchanged' }
    : { kind: 'failed', manual, reason: said };
}

const removal = (scope: ClaudeScope): string[] => ['mcp', 'remove', MCP_SERVER_NAME, '--scope', scope];

const configPath = (env: CliIo['env']): string =>
  join(env.CLAUDE_CONFIG_DIR || env.HOME || homedir(), '.claude.json');

/** The entry of this user's own configuration; null when there is none or it cannot be read. */
function userEntry(env: CliIo['env']): unknown {
  try {
    const config = JSON.parse(readFileSync(configPath(env), 'utf8')) as {
      mcpServers?: Readonly<Record<string, unknown>>;
    };
    return config.mcpServers?.[MCP_SERVER_NAME] ?? null;
  } catch {
    return null;
  }
}

/** The configuration as it was before the last change of ours. */
function keepCopy(env: CliIo['env']): void {
  try {
    copyFileSync(configPath(env), `${configPath(env)}.before-dispatch`);
  } catch {
    // There is none yet.
  }
}

function call(
  claude: string,
  words: readonly string[],
  { env, cwd }: ClaudeTarget['io'],
): Promise<{ readonly ok: boolean; readonly said: string }> {
  return new Promise((resolve) => {
    const options = { env: env as NodeJS.ProcessEnv, cwd, timeout: CALL_MS_MAX };
    const child = execFile(claude, words, options, (error, stdout, stderr) => {
      resolve({ ok: error === null, said: (stderr || stdout || (error?.message ?? '')).trim() });
    });
    child.stdin?.end();
  });
}
