import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { checkInput } from './check-input.ts';
import { isAccepted } from './command.ts';
import { jobNamed } from './dispatch/job-named.ts';
import { type InputPlaces, mergeInput, placesOf, unknownNames } from './http-input.ts';
import type { HttpServing } from './http-serving.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import type { CallContext, HttpBinding, Operation, OperationContext } from './operation.ts';
import { requireOwnTask } from './own-task.ts';
import { runOperation } from './run-operation.ts';
import type { StreamTopic } from './sse-topic.ts';

type Fields = Readonly<Record<string, unknown>>;

const AcceptedBody = z.strictObject({
  status: z.literal('accepted'),
  key: z.string(),
  workflow_id: z.string(),
});
const FailedBody = z.object({
  error: z.string(),
  code: z.string(),
  hint: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
});

const HTML_TYPE = 'text/html; charset=utf-8';
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Puts one operation of the table on HTTP. */
export function addRoute(app: FastifyInstance, operation: Operation, serving: HttpServing): void {
  const { http } = operation;
  if (http === undefined) return;
  const places = placesOf(http, operation.input);
  const isStream = http.as === 'event-stream';
  const schema = schemaOf(operation, http, places);
  for (const url of [http.path, ...(http.also ?? [])]) {
    app.route({
      ...{ method: http.method, url },
      // Each operation stands once in the document.
      schema: url === http.path ? schema : { ...schema, hide: true },
      exposeHeadRoute: !isStream,
      ...(http.access === 'manage' ? { onRequest: serving.requireManagement } : {}),
      handler: isStream
        ? (request, reply) => stream(operation, places, { request, reply, serving })
        : (request, reply) => answer(operation, places, { request, reply, serving }),
    });
  }
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly serving: HttpServing;
}

async function answer(operation: Operation, places: InputPlaces, exchange: Exchange): Promise<unknown> {
  const { request, reply } = exchange;
  const page = wantsPage(request) ? operation.http?.page : undefined;
  const input = { ...page?.input, ...inputOf(operation, places, exchange) };
  const result = await runOperation(operation, callOf(exchange, operation, input), input);
  if (isAccepted(result)) {
    return reply
      .code(202)
      .header('location', `/commands/${encodeURIComponent(result.key)}`)
      .send(result);
  }
  if (operation.http?.as === 'text') reply.type(METRICS_TYPE);
  if (request.method !== 'GET') exchange.serving.onWrite(operation.name, request);
  const { http } = operation;
  const answered = http?.answered?.(result) ?? { status: http?.success ?? 200 };
  if ('location' in answered) reply.header('location', answered.location);
  reply.code(answered.status);
  const text = page === undefined ? undefined : (result as Fields)[page.field];
  return typeof text === 'string' ? reply.type(HTML_TYPE).send(text) : reply.send(result);
}

/** JSON is what everybody gets who does not say otherwise. */
function wantsPage({ headers: { accept = '' } }: FastifyRequest): boolean {
  return accept.includes('text/html') && !accept.includes('application/json');
}

async function stream(operation: Operation, places: InputPlaces, exchange: Exchange): Promise<void> {
  const { request, reply, serving } = exchange;
  const input = checkInput(operation.input, inputOf(operation, places, exchange)) as {
    task_id?: string;
    job_id?: string;
    since?: number;
    wait?: boolean;
  };
  callOf(exchange, operation, input);
  const topic = await topicOf(serving.context, input);
  const begin = (): ServerResponse => {
    reply.hijack();
    return reply.raw;
  };
  await serving.streams.open(begin, {
    topic,
    since: lastEventId(request) ?? input.since ?? null,
    wait: input.wait ?? true,
  });
}

/** What the stream is about; it must be there before a stream is begun. */
async function topicOf(
  context: OperationContext,
  { task_id: taskId, job_id: jobId }: { readonly task_id?: string; readonly job_id?: string },
): Promise<StreamTopic> {
  if (jobId !== undefined) {
    await jobNamed(context, jobId);
    return { kind: 'job', id: jobId };
  }
  if (taskId === undefined) return { kind: 'all' };
  await context.board.getTask(taskId);
  return { kind: 'task', id: taskId };
}

/** What a reconnecting EventSource says; anything but a number is as if it had said nothing. */
function lastEventId(request: FastifyRequest): number | null {
  const id = request.headers['last-event-id'];
  return typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : null;
}

function inputOf(operation: Operation, places: InputPlaces, { request, serving }: Exchange): Fields {
  const query = request.query as Fields;
  const body = (request.body ?? {}) as Fields;
  if (serving.log.isLevelEnabled?.('debug') !== false) {
    const names = unknownNames(places, query, body);
    if (names.length > 0) serving.log.debug({ operation: operation.name, names }, 'unknown fields ignored');
  }
  return mergeInput(places, request.params as Fields, query, body);
}

function callOf({ request, reply, serving }: Exchange, operation: Operation, input: Fields): CallContext {
  const { actor, boundTaskId, callingRun } = request.identity;
  requireOwnTask(operation, boundTaskId, input);
  return {
    ...serving.context,
    caller: { channel: 'http', actor },
    idempotencyKey: idempotencyKeyOf(request.headers['idempotency-key']),
    boundTaskId,
    ...(callingRun === null ? {} : { callingRun }),
    signal: goneSignal(reply),
  };
}

/** Aborts when the client leaves before it has its answer: nobody waits then, and the work goes on (R-SYS-006). */
function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** Schemas for the answer and for the OpenAPI document; requests are checked by the operation's own input. */
function schemaOf(
  { summary, name, input, output }: Operation,
  http: HttpBinding,
  places: InputPlaces,
): object {
  const part = (names: readonly string[]) =>
    z.object(Object.fromEntries(names.map((each) => [each, input.shape[each]])));
  const query = [...places.query.keys()];
  const success = http.success ?? 200;
  const whole = wholeOf(http, summary, output);
  return {
    operationId: name,
    summary,
    ...(places.params.length === 0 ? {} : { params: part(places.params) }),
    ...(query.length === 0 ? {} : { querystring: part(query) }),
    ...(places.body.length === 0 ? {} : { body: part(places.body) }),
    response: {
      ...(http.access === 'write' || http.access === 'manage' ? { 202: AcceptedBody } : {}),
      ...(http.answered === undefined ? {} : { 202: whole }),
      [success]: whole,
      '4xx': FailedBody,
      '5xx': FailedBody,
    },
  };
}

/** The answer in full, by the types it may have. */
function wholeOf({ as = 'json', page }: HttpBinding, description: string, output: z.ZodType) {
  const text = { schema: z.string() };
  if (as === 'text') return { description, content: { 'text/plain': text } };
  if (as === 'event-stream') return { description, content: { 'text/event-stream': text } };
  return page === undefined
    ? output
    : { description, content: { 'application/json': { schema: output }, 'text/html': text } };
}
