import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { createMcpServer } from '../../api/mcp/server.ts';
import { MCP_MESSAGE_BYTES_MAX } from '../../core/limits.ts';
import { version } from '../../version.ts';
import type { Cli } from '../cli.ts';
import { within } from '../within.ts';
import { createStdioSession } from './stdio-session.ts';

/** A client that has left does not wait for our connections to end (ms). */
const CLOSE_MS_MAX = 1_000;

/** Serves one client until it closes stdin or a signal comes (R-AD-001); no work ends with it (R-SYS-006). */
export async function serveMcp(cli: Cli, options: { readonly taskTools: boolean }): Promise<void> {
  const { stdin, stdout, stop } = cli.io;
  stop.takeOver();
  const session = createStdioSession(cli, options);
  const transport = new StdioServerTransport(stdin, stdout, { maxBufferSize: MCP_MESSAGE_BYTES_MAX });
  const ended = new Promise<void>((resolve) => {
    for (const event of ['end', 'close', 'error']) stdin.once(event, () => resolve());
    for (const signal of [stop.signal, stop.unread]) {
      signal.addEventListener('abort', () => resolve(), { once: true });
    }
  });
  const server = serveStdio(() => createMcpServer(session), {
    transport,
    onerror: (error) => session.log.debug({ error: error.message }, 'MCP message refused'),
  });
  const registered = register(cli);
  await ended;
  const leave = await registered;
  await within(Promise.all([server.close(), session.close(), leave()]), CLOSE_MS_MAX);
}

/** Tells `doctor` that we live and of which version we are (R-ADX-034); no server is worse off without (R-AD-139). */
async function register({ io }: Cli): Promise<() => Promise<void>> {
  try {
    const { agentsFilePlace } = await import('../../adapters/agents-file/agents-file-path.ts');
    const { createMcpServers, mcpServersDir } = await import('../../adapters/local/mcp-servers.ts');
    const { path: config } = agentsFilePlace(io.env);
    const servers = createMcpServers(mcpServersDir(io.env, config));
    return await servers.register({ version, config, at: Date.now() });
  } catch {
    return async () => undefined;
  }
}
