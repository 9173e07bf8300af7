import type { IncomingMessage, ServerResponse } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { Log } from '../../core/ports/log.ts';
import type { Identity } from '../identity.ts';
import type { OperationContext } from '../operation.ts';
import { createMcpServer } from './server.ts';

/** What the HTTP server has that MCP needs. */
export interface McpHttpConfig {
  readonly context: OperationContext;
  readonly log: Log;
}

/** MCP over HTTP for requests that were let in already. */
export interface McpHttp {
  serve(request: IncomingMessage, response: ServerResponse, caller: McpRequest): Promise<void>;
  close(): Promise<void>;
}

/** Who sent a request, and its body. */
export interface McpRequest {
  readonly identity: Identity;
  readonly body: unknown;
}

const IDENTITY = 'identity';

/** Stateless, for clients of both protocol eras; each request gets a server of its own, bound to who sent it. */
export function createMcpHttp({ context, log }: McpHttpConfig): McpHttp {
  const handler = createMcpHandler(
    ({ authInfo, requestInfo }) => {
      const identity = authInfo?.extra?.[IDENTITY] as Identity;
      const bound = identity.boundTaskId !== null;
      const asked =
        requestInfo !== undefined && new URL(requestInfo.url).searchParams.get('tools') === 'task';
      return createMcpServer({
        viewer: { taskTools: bound || asked, bound },
        version: context.version,
        log,
        ground: async () => ({ context, identity }),
      });
    },
    { onerror: (error) => log.debug({ err: error }, 'MCP request refused') },
  );
  const serve = toNodeHandler(handler, {
    onerror: (error) => log.error({ err: error }, 'MCP request failed'),
  });
  return {
    async serve(request, response, { identity, body }) {
      // The SDK hands this through to the factory above, untouched.
      const auth = { token: '', clientId: identity.actor, scopes: [], extra: { [IDENTITY]: identity } };
      await serve(Object.assign(request, { auth }) as Parameters<typeof serve>[0], response, body);
    },
    close: () => handler.close(),
  };
}
