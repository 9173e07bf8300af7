import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { HTTP_CLOSE_MS_MAX, HTTP_CONNECTIONS_MAX } from '../core/limits.ts';
import type { Log } from '../core/ports/log.ts';
import type { Settings } from '../core/schema/settings.ts';
import { createApp } from './http-app.ts';
import { createAuthenticate } from './http-auth.ts';
import { createGuard, type Guard } from './http-guard.ts';
import type { OperationContext } from './operation.ts';
import { portTaken } from './port-holder.ts';
import { limitRuns } from './rate-limit.ts';
import { createRunTokens } from './run-tokens.ts';
import { createEventStreams } from './sse.ts';
import { createJobStreamEnds } from './sse-job-end.ts';

/** What an HTTP server needs; `token` is the value of the variable that `settings.api.tokenEnv` names. */
export interface HttpServerConfig {
  readonly context: OperationContext;
  readonly settings: Settings;
  readonly token: string | null;
  readonly log: Log;
}

/** A server that listens. */
export interface HttpServer {
  readonly address: string;
  readonly port: number;
  /** `http://host:port`, as agents and people use it. */
  readonly url: string;
  /** New requests get 503, streams end, what is under way may finish. */
  close(): Promise<void>;
}

/** Serves the operations on `settings.api.host:port`; port 0 takes a free one (R-ART-007). */
export async function listenHttp({ context, settings, token, log }: HttpServerConfig): Promise<HttpServer> {
  const { api, stateDir } = settings;
  const { store } = context;
  const authenticate = limitRuns(createAuthenticate(api, token, createRunTokens({ stateDir, store })));
  const streams = createEventStreams({
    tail: context.events,
    projection: store.projection,
    jobEnds: createJobStreamEnds({
      jobs: store.jobs,
      jobEnds: context.jobEnds,
      projection: store.projection,
    }),
    onError: (error) => log.error({ err: error }, 'event stream failed'),
    onDrop: (lastSeq) => log.info({ lastSeq }, 'slow event stream dropped'),
  });
  let guard: Guard | null = null;
  let isClosing = false;
  const app = await createApp({
    context,
    streams,
    log,
    authenticate,
    isClosing: () => isClosing,
    check: (request) => guard?.check(request),
  });
  const port = await listen(app, api);
  guard = createGuard({ host: api.host, port, allowedHosts: api.allowedHosts });
  const shown = api.host.includes(':') ? `[${api.host}]` : api.host;

  return {
    address: api.host,
    port,
    url: `http://${shown}:${port}`,
    async close() {
      isClosing = true;
      streams.close();
      const timer = setTimeout(() => app.server.closeAllConnections(), HTTP_CLOSE_MS_MAX);
      try {
        await app.close();
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

async function listen(app: FastifyInstance, { host, port }: Settings['api']): Promise<number> {
  app.server.maxConnections = HTTP_CONNECTIONS_MAX;
  try {
    await app.listen({ host: host.replace(/^\[|\]$/g, ''), port });
  } catch (error) {
    await app.close();
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw await portTaken(host, port, error);
    }
    throw error;
  }
  return (app.server.address() as AddressInfo).port;
}
