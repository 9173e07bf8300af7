import { join } from 'node:path';
import { SCAN_MCP_SERVER_NAME_LENGTH_MAX, SCAN_MCP_SERVERS_MAX } from '../limits.ts';
import { readJson } from './read-text.ts';

/** Files that name a project's MCP servers, in the order in which they count. */
export const MCP_FILES = ['.mcp.json', '.claude/settings.local.json'] as const;

/** Names of the MCP servers a project configures, each once; a broken file names none (R-AD-061). */
export async function mcpServers(directory: string): Promise<string[]> {
  const documents = await Promise.all(MCP_FILES.map((file) => readJson(join(directory, file))));
  const names = new Set(documents.flatMap(serverNames));
  return [...names].slice(0, SCAN_MCP_SERVERS_MAX);
}

function serverNames(document: unknown): string[] {
  const servers = (document as { mcpServers?: unknown } | null)?.mcpServers;
  if (typeof servers !== 'object' || servers === null || Array.isArray(servers)) return [];
  return Object.keys(servers).filter((name) => name.length <= SCAN_MCP_SERVER_NAME_LENGTH_MAX);
}
