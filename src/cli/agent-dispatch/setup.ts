import { existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import { agentsFilePlace } from '../../adapters/agents-file/agents-file-path.ts';
import { findExecutable } from '../../adapters/process/find-executable.ts';
import { act, type Cli, type Runtime } from '../cli.ts';
import type { CliIo } from '../io.ts';
import { CLAUDE_SCOPES, type ClaudeScope, registerWithClaude } from '../mcp/claude-registration.ts';
import { neutralise } from '../neutralise.ts';

/** `init` and `serve` (R-AD-131, R-AD-139). */
export function addSetupVerbs(runtime: Runtime, program: Command): void {
  program
    .command('init')
    .description('Create the config file and register the MCP server with Claude Code')
    .addOption(
      new Option('--scope <scope>', 'where Claude Code keeps it').choices(CLAUDE_SCOPES).default('user'),
    )
    .action(act(runtime, (cli, { flags }) => init(cli, flags.scope as ClaudeScope)));
  program
    .command('serve')
    .description('Serve the MCP tools over stdio; the client starts this')
    .action(
      act(runtime, async (cli) => {
        const { serveMcp } = await import('../mcp/serve-stdio.ts');
        await serveMcp(cli, { taskTools: false });
        return 0;
      }),
    );
}

async function init({ io }: Cli, scope: ClaudeScope): Promise<number> {
  const say = (line: string) => void io.stdout.write(`${neutralise(line)}\n`);
  const { path } = agentsFilePlace(io.env);
  if (existsSync(path)) say(`Config already exists: ${path}`);
  else {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, 'agents: {}\n', { mode: 0o600, flag: 'wx' });
    say(`Created config: ${path}`);
  }
  const outcome = await registerWithClaude({ io, scope }, { command: ownProgram(io), args: ['serve'] });
  switch (outcome.kind) {
    case 'done':
    case 'unchanged':
      say(`Registered MCP server with Claude Code (${scope} scope).\n\n${NEXT}`);
      return 0;
    case 'no-claude':
      say(`Warning: claude CLI not found. Register the MCP server by hand:\n  ${outcome.manual}`);
      return 0;
    case 'failed':
      say(`Failed to register MCP server: ${outcome.reason}\nBy hand:\n  ${outcome.manual}`);
      return 1;
  }
}

const NEXT = `Next steps:
  agent-dispatch add <name> <directory>  # a first agent
  agent-dispatch list                    # is its folder there?
  agent-dispatch test <name>             # does it answer?`;

const BIN = fileURLToPath(new URL('../../../bin/agent-dispatch.js', import.meta.url));

/** This executable where it is on the path, so that an update of it is an update of the server; else its file. */
function ownProgram({ env, cwd }: Pick<CliIo, 'env' | 'cwd'>): string {
  const found = findExecutable('agent-dispatch', { cwd, path: env.PATH });
  return found !== null && realpathSync(found) === realpathSync(BIN) ? found : BIN;
}
