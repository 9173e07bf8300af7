import { type Command, Option } from 'commander';
import { act, type Cli, type Runtime } from '../cli.ts';
import { CLAUDE_SCOPES, type ClaudeOutcome, type ClaudeScope } from '../mcp/claude-registration.ts';
import type { CodexOutcome } from '../mcp/codex-registration.ts';

/** `dispatch mcp install` and `uninstall`: the server in the configurations of AI clients (R-AD-131). */
export function addMcpInstall(runtime: Runtime, mcp: Command): void {
  const scope = () =>
    new Option('--scope <scope>', 'where Claude Code keeps it').choices(CLAUDE_SCOPES).default('user');
  mcp
    .command('install')
    .description('Register the MCP server with Claude Code, and with Codex where it is set up')
    .addOption(scope())
    .addHelpText('after', '\nExamples:\n  $ dispatch mcp install\n  $ dispatch mcp install --scope project')
    .action(act(runtime, (cli, { flags }) => install(cli, flags.scope as ClaudeScope)));
  mcp
    .command('uninstall')
    .description('Take it out of both again')
    .addOption(scope())
    .addHelpText('after', '\nExamples:\n  $ dispatch mcp uninstall')
    .action(act(runtime, (cli, { flags }) => uninstall(cli, flags.scope as ClaudeScope)));
}

async function install(cli: Cli, scope: ClaudeScope): Promise<number> {
  const { registerWithClaude } = await import('../mcp/claude-registration.ts');
  const { serverEntry } = await import('../mcp/server-entry.ts');
  const { withServer } = await import('../mcp/codex-config.ts');
  const { changeCodex } = await import('../mcp/codex-registration.ts');
  const entry = serverEntry(cli.io);
  const claude = await registerWithClaude({ io: cli.io, scope }, entry);
  const codex = changeCodex(cli.io.env, (config) => withServer(config, entry));
  return tell(cli, {
    ...{ claude, codex },
    claudeDone: `Registered MCP server with Claude Code (${scope} scope).`,
    codexDone: 'Registered MCP server with Codex.',
    next: 'Next: restart the client and ask it which agents there are; it can add some, too.',
  });
}

async function uninstall(cli: Cli, scope: ClaudeScope): Promise<number> {
  const { removeFromClaude } = await import('../mcp/claude-registration.ts');
  const { withoutServer } = await import('../mcp/codex-config.ts');
  const { changeCodex } = await import('../mcp/codex-registration.ts');
  return tell(cli, {
    claude: await removeFromClaude({ io: cli.io, scope }),
    codex: changeCodex(cli.io.env, withoutServer),
    claudeDone: `Removed MCP server from Claude Code (${scope} scope).`,
    codexDone: 'Removed MCP server from Codex.',
    next: 'Agents, jobs and projects stay as they are.',
  });
}

interface Told {
  readonly claude: ClaudeOutcome;
  readonly codex: CodexOutcome;
  readonly claudeDone: string;
  readonly codexDone: string;
  readonly next: string;
}

/** Exit code 1 when it was tried and did not work. */
function tell({ out }: Cli, { claude, codex, claudeDone, codexDone, next }: Told): number {
  const exitCode = claude.kind === 'failed' ? 1 : 0;
  if (out.json) {
    out.document({ claude, codex });
    return exitCode;
  }
  if (claude.kind === 'done') out.data(claudeDone);
  else if (claude.kind === 'unchanged') out.data(`${claudeDone} It was so already.`);
  else if (claude.kind === 'no-claude') out.warn(`claude is not on the path; by hand: ${claude.manual}`);
  else out.warn(`Claude Code refused (${claude.reason}); by hand: ${claude.manual}`);
  if (codex === 'done') out.data(codexDone);
  if (codex === 'unchanged') out.data(`${codexDone} It was so already.`);
  out.note(next);
  return exitCode;
}
