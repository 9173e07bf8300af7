import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ClaudeAgentConfig, createClaudeAgent } from '../../src/adapters/agents/claude/agent.ts';
import { createProcessRunner } from '../../src/adapters/process/run-process.ts';
import type { AgentAdapter } from '../../src/core/ports/agent.ts';
import { aFolder, fixtureAgent } from './agent-run.ts';

/** A PATH on which `claude` is the stand-in of tests/fixtures/agents. */
export const FAKE_CLAUDE_PATH = `${dirname(fixtureAgent('claude'))}:${process.env.PATH}`;

/** What the stand-in wrote down about one call. */
export interface RecordedCall {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly stdin: string;
  readonly pid: number;
}

/** The agent kind `claude-cli` with the stand-in as its CLI; `env` is laid over what it inherits. */
export function aClaudeAgent(
  env: Readonly<Record<string, string>> = {},
  config: Partial<ClaudeAgentConfig> = {},
): AgentAdapter {
  return createClaudeAgent({
    runner: createProcessRunner(),
    parentEnv: { PATH: FAKE_CLAUDE_PATH, ...env },
    ...config,
  });
}

/** A place for the stand-in's record, and what stands in it. */
export function aRecord() {
  const path = join(aFolder(), 'calls.jsonl');
  return {
    env: { FAKE_CLAUDE_RECORD: path },
    calls: (): readonly RecordedCall[] =>
      (existsSync(path) ? readFileSync(path, 'utf8') : '')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
  };
}
