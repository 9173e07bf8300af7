import { MCP_SERVER_NAME } from '../../api/mcp/server-name.ts';
import type { ServerEntry } from './server-entry.ts';

/** Codex gives a tool a minute by itself; an agent takes longer. */
const TOOL_TIMEOUT_SECONDS = 7_200;

/** The server's table and those below it. */
const OUR_TABLE = new RegExp(`^\\s*\\[\\s*mcp_servers\\s*\\.\\s*"?${MCP_SERVER_NAME}"?\\s*(\\.|\\])`);
const ANY_TABLE = /^\s*\[/;

/** A Codex configuration with this server in it; everything else stays as it is, to the letter. */
export function withServer(config: string, { command, args }: ServerEntry): string {
  const rest = withoutServer(config);
  const table = [
    `[mcp_servers.${MCP_SERVER_NAME}]`,
    `command = ${JSON.stringify(command)}`,
    `args = ${JSON.stringify(args)}`,
    `tool_timeout_sec = ${TOOL_TIMEOUT_SECONDS}`,
  ];
  const before = rest.trimEnd();
  return `${before}${before === '' ? '' : '\n\n'}${table.join('\n')}\n`;
}

/** The same without it. */
export function withoutServer(config: string): string {
  let ours = false;
  const kept = config.split('\n').filter((line) => {
    if (ANY_TABLE.test(line)) ours = OUR_TABLE.test(line);
    return !ours;
  });
  return kept.join('\n');
}
