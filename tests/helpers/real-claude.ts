import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createClaudeAgent } from '../../src/adapters/agents/claude/agent.ts';
import { createProcessRunner } from '../../src/adapters/process/run-process.ts';
import type { AgentAdapter } from '../../src/core/ports/agent.ts';
import { aFolder } from './agent-run.ts';

/** The CLI that comes with the Agent SDK for this platform; null where there is none. */
export function realClaude(): string | null {
  try {
    // The platform package is a dependency of the SDK alone.
    const require = createRequire(import.meta.url);
    const sdk = require.resolve('@anthropic-ai/claude-agent-sdk');
    const name = `@anthropic-ai/claude-agent-sdk-${process.platform}-${process.arch}/package.json`;
    const file = join(dirname(createRequire(sdk).resolve(name)), 'claude');
    return existsSync(file) ? file : null;
  } catch {
    return null;
  }
}

/** What the CLI needs to work with a provider on loopback, in a home of its own. */
export function realClaudeEnv(apiUrl: string, home: string = aFolder()): Record<string, string> {
  return {
    ...{ PATH: process.env.PATH ?? '', HOME: home, CLAUDE_CONFIG_DIR: join(home, 'claude') },
    ...{ ANTHROPIC_BASE_URL: apiUrl, ANTHROPIC_API_KEY: 'a-key-of-no-use' },
    ...{ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', CLAUDE_CODE_MAX_RETRIES: '0' },
    ...{ ENABLE_TOOL_SEARCH: '0', IS_SANDBOX: '1' },
  };
}

/** The agent kind `claude-cli` with an environment of its own and nothing of ours. */
export function aRealClaudeAgent(env: Readonly<Record<string, string>>): AgentAdapter {
  return createClaudeAgent({ runner: createProcessRunner(), parentEnv: env });
}
