import { execFile } from 'node:child_process';
import { agentsFilePlace } from '../../adapters/agents-file/agents-file-path.ts';
import { createMcpServers, mcpServersDir } from '../../adapters/local/mcp-servers.ts';
import { findExecutable } from '../../adapters/process/find-executable.ts';
import { version } from '../../version.ts';
import type { CliIo } from '../io.ts';
import { duration } from '../render/words.ts';
import { type Finding, ok, warning } from './check.ts';

const LIST_MS_MAX = 10_000;
const BYTES_MAX = 1024 * 1024;

/** Does Claude Code know our MCP server? `register` = what registers it (R-AD-138). */
export async function checkRegistration(
  { env, cwd }: Pick<CliIo, 'env' | 'cwd'>,
  register: string,
): Promise<Finding> {
  const name = 'MCP registration';
  const claude = findExecutable('claude', { cwd, path: env.PATH });
  if (claude === null) return warning(name, 'Skipped (claude CLI missing)');
  const { error, listed } = await mcpList(claude, { env, cwd });
  if (error !== null) return warning(name, `Could not check MCP registration: ${error}`);
  return /^agent-dispatch[:\s]/m.test(listed)
    ? ok(name, 'agent-dispatch is registered with Claude Code')
    : warning(name, 'agent-dispatch is not registered with Claude Code', register);
}

/** Its output is bytes: what is no UTF-8 is no reason to fail (R-ADX-050). */
function mcpList(
  claude: string,
  { env, cwd }: Pick<CliIo, 'env' | 'cwd'>,
): Promise<{ readonly error: string | null; readonly listed: string }> {
  return new Promise((resolve) => {
    const options = {
      env: env as NodeJS.ProcessEnv,
      cwd,
      encoding: 'buffer' as const,
      maxBuffer: BYTES_MAX,
      timeout: LIST_MS_MAX,
      killSignal: 'SIGKILL' as const,
    };
    const child = execFile(claude, ['mcp', 'list'], options, (error, stdout) => {
      const listed = stdout.toString('utf8');
      if (error === null) return resolve({ error: null, listed });
      if (error.killed) return resolve({ error: 'claude mcp list timed out', listed });
      // It answered, only not with success: nothing is registered that way.
      resolve({ error: typeof error.code === 'number' ? null : error.message, listed: '' });
    });
    child.stdin?.end();
  });
}

/** Which MCP servers live, and do they run this version (R-ADX-034)? */
export async function checkServers(env: CliIo['env'], now: number): Promise<readonly Finding[]> {
  const name = 'Running servers';
  const servers = await createMcpServers(mcpServersDir(env, agentsFilePlace(env).path)).list();
  const old = servers.filter((server) => server.foreign || server.version !== version);
  const told = old.map(
    ({ pid, startedAt, version: its }) => `pid ${pid} (${its}, up ${duration((now - startedAt) / 1000)})`,
  );
  const count = ok(name, servers.length === 0 ? 'none' : `${servers.length} running`);
  if (old.length === 0) return [count];
  const text = `${old.length} server(s) still executing older code: ${told.join(', ')}`;
  return [count, warning(name, text, 'restart the clients that started them')];
}
