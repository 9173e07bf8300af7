import swagger from '@fastify/swagger';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { jsonSchemaTransform, serializerCompiler } from 'fastify-type-provider-zod';
import { AppError } from '../core/errors.ts';
import {
  HTTP_BODY_BYTES_MAX,
  HTTP_CONNECTIONS_CHECK_MS,
  HTTP_HEADER_BYTES_MAX,
  HTTP_HEADERS_MS_MAX,
  HTTP_KEEP_ALIVE_MS,
  HTTP_REQUEST_MS_MAX,
  HTTP_SEGMENT_LENGTH_MAX,
} from '../core/limits.ts';
import type { Log } from '../core/ports/log.ts';
import type { Authenticate } from './http-auth.ts';
import { readBody } from './http-body.ts';
import { answerBrokenRequest } from './http-broken.ts';
import { failureOf } from './http-error.ts';
import type { Guard } from './http-guard.ts';
import { createAllowedMethods } from './http-methods.ts';
import { addRoute } from './http-route.ts';
import type { HttpServing } from './http-serving.ts';
import { parseJsonBody } from './json-body.ts';
import { addMcpRoute } from './mcp/http.ts';
import { httpRequests } from './metrics.ts';
import type { OperationContext } from './operation.ts';
import { operations } from './operations/index.ts';
import type { EventStreams } from './sse.ts';

/** The parts of a server that are made elsewhere. */
export interface AppConfig {
  readonly context: OperationContext;
  readonly streams: EventStreams;
  readonly log: Log;
  readonly authenticate: Authenticate;
  readonly isClosing: () => boolean;
  readonly check: Guard['check'];
}

/** The HTTP application: limits, guard, bodies and errors around the table of operations. */
export async function createApp(config: AppConfig): Promise<FastifyInstance> {
  const { context, streams, log } = config;
  const app = Fastify({
    logger: false,
    bodyLimit: HTTP_BODY_BYTES_MAX,
    requestTimeout: HTTP_REQUEST_MS_MAX,
    keepAliveTimeout: HTTP_KEEP_ALIVE_MS,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: HTTP_SEGMENT_LENGTH_MAX, ignoreTrailingSlash: true },
    http: {
      headersTimeout: HTTP_HEADERS_MS_MAX,
      connectionsCheckingInterval: HTTP_CONNECTIONS_CHECK_MS,
      maxHeaderSize: HTTP_HEADER_BYTES_MAX,
    },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => fail(error, request, reply, log),
  });
  app.setValidatorCompiler(() => (value) => ({ value }));
  app.setSerializerCompiler(serializerCompiler);
  addHooks(app, config);
  acceptBodies(app);
  answerErrors(app, log);
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Dispatch', version: context.version } },
    transform: jsonSchemaTransform,
  });
  const serving: HttpServing = {
    context,
    streams,
    log,
    requireManagement(_request, _reply, done) {
      if (context.settings.api.enableQueueManagement) return done();
      done(new AppError('queue-management-disabled', 'Queue management is disabled'));
    },
    onWrite(operation, { identity, url }) {
      log.info({ operation, actor: identity.actor, url }, 'changed over HTTP');
    },
  };
  for (const operation of operations) addRoute(app, operation, serving);
  addMcpRoute(app, { context, log });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await app.ready();
  return app;
}

/** Who may come in is settled before a byte of the body is read. */
function addHooks(app: FastifyInstance, config: AppConfig): void {
  app.decorateRequest('identity');
  app.addHook('onRequest', (request, _reply, done) => {
    const identified = admit(request, config);
    if (!(identified instanceof Promise)) {
      request.identity = identified;
      return done();
    }
    identified.then((identity) => {
      request.identity = identity;
      done();
    }, done);
  });
  app.addHook('onResponse', (_request, reply, done) => {
    httpRequests.add(String(reply.statusCode));
    // A kept-alive connection whose last request is answered now would hold the closing server open.
    if (config.isClosing()) setImmediate(() => app.server.closeIdleConnections());
    done();
  });
}

function admit(
  { raw, headers }: FastifyRequest,
  { authenticate, isClosing, check }: AppConfig,
): ReturnType<Authenticate> {
  if (isClosing()) throw new AppError('shutting-down', 'the server is shutting down');
  check(raw as typeof raw & { method: string; url: string });
  // Whatever type a caller names, its body is read as JSON; a type that cannot even be parsed is no obstacle.
  if (raw.headers['content-type'] !== undefined) raw.headers['content-type'] = 'application/json';
  return authenticate(headers.authorization);
}

/** Any content type is read as JSON: curl sends a form's by default (R-ART-079). */
function acceptBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: FastifyRequest['raw']) => {
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      throw Object.assign(new Error(`content-encoding ${encoding} is not accepted`), { statusCode: 415 });
    }
    return parseJsonBody(await readBody(payload));
  });
}

function answerErrors(app: FastifyInstance, log: Log): void {
  const allowedMethods = createAllowedMethods(operations);
  app.setErrorHandler((error: FastifyError, request, reply) => fail(error, request, reply, log));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = allowedMethods(path);
    if (methods.length === 0) {
      return fail(
        new AppError('not-found', `nothing is at ${path}`, { hint: 'GET /openapi.json lists everything' }),
        request,
        reply,
        log,
      );
    }
    reply.header('allow', methods.join(', '));
    return fail(
      new AppError('method-not-allowed', `${path} answers ${methods.join(', ')}`),
      request,
      reply,
      log,
    );
  });
}

function fail(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const { status, body, isBug } = failureOf(error);
  if (isBug) log.error({ err: error, method: request.method, url: request.url }, 'request failed');
  else if (status >= 500) log.warn({ code: body.code, url: request.url }, 'request not served');
  const { retry_after_seconds: retryAfter } = body.details ?? {};
  if (typeof retryAfter === 'number') reply.header('retry-after', retryAfter);
  // The rest of a refused body is not read, so this connection cannot serve another request.
  if (!request.raw.complete) reply.header('connection', 'close');
  return reply.code(status).send(body);
}
