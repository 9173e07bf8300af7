import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

/** How an MCP server over stdio is started. */
export interface McpCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A server of its own process, with the client that every one of them is measured with. */
export interface McpServer {
  /** The JSON of the answer; throws when there is an `error` in it. */
  // biome-ignore lint/suspicious/noExplicitAny: each tool answers its own shape
  call(tool: string, given?: Readonly<Record<string, unknown>>): Promise<any>;
  close(): Promise<void>;
}

const CALL_MS_MAX = 60_000;

/** Starts the server and says hello. */
export async function startMcp({ command, args, cwd, env }: McpCommand): Promise<McpServer> {
  const client = new Client({ name: 'bench', version: '1' });
  const entries = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const transport = new StdioClientTransport({
    ...{ command, args: [...args], cwd, env: Object.fromEntries(entries), stderr: 'ignore' },
  });
  await client.connect(transport);
  const { pid } = transport;
  const killNow = () => {
    if (pid !== null) process.kill(pid, 'SIGKILL');
  };
  process.once('exit', killNow);
  return {
    async call(tool, given = {}) {
      const { content } = await client.callTool({ name: tool, arguments: given }, { timeout: CALL_MS_MAX });
      const [block] = content as readonly { readonly text?: string }[];
      const answer = JSON.parse(block?.text ?? 'null');
      if (typeof answer?.error === 'string') throw new Error(`${tool}: ${answer.error}`);
      return answer;
    },
    async close() {
      process.off('exit', killNow);
      await client.close();
    },
  };
}
