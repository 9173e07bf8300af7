import type { Command } from 'commander';
import { act, type Runtime } from '../cli.ts';
import { addMcpInstall } from './mcp-install.ts';

/** `dispatch mcp`: the tools for AI clients, over stdio (R-AD-001, R-AD-139). */
export function addMcp(runtime: Runtime, program: Command): void {
  const mcp = program
    .command('mcp')
    .description('Serve the MCP tools to an AI client over stdio; the client starts this, not you')
    .option('--task-tools', 'also the tools for tasks of the board; always there inside an agent run')
    .addHelpText('after', `\nExamples:\n  $ dispatch mcp install\n  $ dispatch mcp --task-tools${JOINS}`)
    .action(
      act(runtime, async (cli, { flags }) => {
        const { serveMcp } = await import('../mcp/serve-stdio.ts');
        await serveMcp(cli, { taskTools: flags.taskTools === true });
        return 0;
      }),
    );
  addMcpInstall(runtime, mcp);
}

const JOINS = `

It joins the project of the run it is started in, else that of the nearest dispatch.yaml, else the user's default
project. When work comes and nothing carries it out, dispatch up is started in the background.`;
