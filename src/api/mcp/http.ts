import type { FastifyInstance } from 'fastify';
import type { McpHttp, McpHttpConfig } from './http-handler.ts';

/**
 * MCP at `/mcp` (R-AD-139). Hosts, pages, tokens and bodies were judged by the same hooks as any other request.
 * `?tools=task` adds the tools for a task; a run's own token has them anyway. Loaded at the first request.
 */
export function addMcpRoute(app: FastifyInstance, config: McpHttpConfig): void {
  let loading: Promise<McpHttp> | null = null;
  const load = (): Promise<McpHttp> => {
    loading ??= import('./http-handler.ts').then(({ createMcpHttp }) => createMcpHttp(config));
    return loading;
  };
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/mcp',
    schema: { hide: true },
    exposeHeadRoute: false,
    async handler({ raw, identity, body }, reply) {
      const mcp = await load();
      reply.hijack();
      await mcp.serve(raw, reply.raw, { identity, body });
    },
  });
  app.addHook('onClose', async () => (await loading)?.close());
}
