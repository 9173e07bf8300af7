import { Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

/** The least an MCP server over stdio can do: one tool that answers what it was given. */
serveStdio(() => {
  const server = new Server({ name: 'echo', version: '1' }, { capabilities: { tools: {} } });
  const tool = { name: 'echo', description: 'Answers its text', inputSchema: { type: 'object' as const } };
  server.setRequestHandler('tools/list', () => ({ tools: [tool] }));
  server.setRequestHandler('tools/call', ({ params }) => ({
    content: [{ type: 'text', text: JSON.stringify({ text: params.arguments?.text ?? '' }) }],
  }));
  return server;
});
process.stdin.once('end', () => process.exit(0));
