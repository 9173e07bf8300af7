import { ProtocolError, ProtocolErrorCode, Server, type ServerContext } from '@modelcontextprotocol/server';
import { MCP_STILL_WORKING_MS } from '../../core/limits.ts';
import { callTool } from './call-tool.ts';
import { instructionsFor } from './instructions.ts';
import { createProgressStream } from './progress.ts';
import { MCP_SERVER_NAME } from './server-name.ts';
import type { McpSession } from './session.ts';
import { describeTool, type ToolOperation, toolsFor } from './tools.ts';

/**
 * The table of operations as MCP tools. The low-level server on purpose: parameters are checked by us, so that a wrong
 * one is an answer that a model can act on, and not a protocol error.
 */
export function createMcpServer(session: McpSession): Server {
  const server = new Server(
    { name: MCP_SERVER_NAME, title: 'Dispatch', version: session.version },
    {
      capabilities: { tools: {}, logging: {} },
      instructions: instructionsFor(session.viewer.taskTools),
    },
  );
  const tools = toolsFor(session.viewer);
  server.setRequestHandler('tools/list', () => ({ tools: [...tools.values()].map(describeTool) }));
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const operation = tools.get(params.name);
    if (operation === undefined) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${params.name}`);
    }
    return withNews(operation, params.arguments, { context, session });
  });
  return server;
}

interface Surroundings {
  readonly context: ServerContext;
  readonly session: McpSession;
}

/** News go out as log notices, and as progress to a client that asked for that (R-AD-008). */
async function withNews(operation: ToolOperation, given: unknown, { context, session }: Surroundings) {
  const { mcpReq } = context;
  const token = mcpReq._meta?.progressToken;
  let steps = 0;
  const step = async (message: string): Promise<void> => {
    if (token === undefined) return;
    steps += 1;
    const params = { progressToken: token, progress: steps, message };
    await mcpReq.notify({ method: 'notifications/progress', params });
  };
  const stream = createProgressStream(async (text) => {
    await mcpReq.log('info', text);
    await step(text);
  }, mcpReq.signal);
  // Clients give up on a request they hear nothing of; one that asked for progress hears that work goes on.
  const since = performance.now();
  const pulse = setInterval(() => {
    const seconds = Math.round((performance.now() - since) / 1000);
    step(`${operation.mcp.tool}: at work for ${seconds} s`).catch(() => clearInterval(pulse));
  }, MCP_STILL_WORKING_MS);
  try {
    const { signal } = mcpReq;
    return await callTool(operation, { given, progress: stream.report, signal }, session);
  } finally {
    clearInterval(pulse);
    await stream.end();
  }
}
