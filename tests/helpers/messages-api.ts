import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a model says: text, or the wish to use a tool. */
export type Block =
  | { readonly text: string }
  | { readonly tool: string; readonly input: Readonly<Record<string, unknown>> };

/** One answer of the provider. */
export type Reply =
  | { readonly say: readonly Block[]; readonly inputTokens?: number; readonly outputTokens?: number }
  | {
      readonly status: number;
      readonly error: string;
      readonly message: string;
      readonly headers?: Record<string, string>;
    }
  /** Begins to answer with this text, then nothing more comes. */
  | { readonly stall: string };

/** What the CLI asked, as far as tests look at it. */
export interface ModelRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly system?: unknown;
  readonly tools?: readonly { readonly name: string }[];
  readonly stream?: boolean;
}

/** A provider of language models on loopback. */
export interface MessagesApi {
  readonly url: string;
  /** Requests of the conversation, in order; side requests without tools are not among them. */
  readonly requests: ModelRequest[];
}

/** Answers the conversation's requests one by one, the last reply for all that follow; gone with the test. */
export async function aMessagesApi(...replies: readonly Reply[]): Promise<MessagesApi> {
  const requests: ModelRequest[] = [];
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url?.split('?')[0];
    if (request.method !== 'POST' || path === undefined) return json(response, 404, {});
    if (path.endsWith('/count_tokens')) return json(response, 200, { input_tokens: 10 });
    if (!path.endsWith('/v1/messages')) return json(response, 404, {});
    const asked = JSON.parse(Buffer.concat(chunks).toString('utf8')) as ModelRequest;
    const aside = (asked.tools ?? []).length === 0;
    const reply = aside ? ASIDE : replies[Math.min(requests.length, replies.length - 1)];
    if (!aside) requests.push(asked);
    send(response, asked, reply ?? ASIDE);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const ASIDE: Reply = { say: [{ text: 'ok' }] };

function send(response: ServerResponse, asked: ModelRequest, reply: Reply): void {
  if ('status' in reply) {
    const { status, error, message, headers = {} } = reply;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    json(response, status, { type: 'error', error: { type: error, message } });
    return;
  }
  const blocks = 'stall' in reply ? [{ text: reply.stall }] : reply.say;
  const { inputTokens = 10, outputTokens = 5 } = 'stall' in reply ? UNTOLD : reply;
  const usage = { input_tokens: inputTokens, output_tokens: outputTokens };
  const content = blocks.map(toContent);
  const stopReason = content.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn';
  const message = { id: `msg_${++messages}`, type: 'message', role: 'assistant', model: asked.model };
  if (asked.stream !== true) {
    json(response, 200, { ...message, content, usage, stop_reason: stopReason, stop_sequence: null });
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const event = (type: string, data: object) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  const started = {
    ...message,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...usage, output_tokens: 1 },
  };
  event('message_start', { message: started });
  content.forEach((block, index) => {
    event('content_block_start', { index, content_block: emptied(block) });
    event('content_block_delta', { index, delta: deltaOf(block) });
    if (!('stall' in reply)) event('content_block_stop', { index });
  });
  if ('stall' in reply) return;
  event('message_delta', { delta: { stop_reason: stopReason, stop_sequence: null }, usage });
  event('message_stop', {});
  response.end();
}

const UNTOLD: { readonly inputTokens?: number; readonly outputTokens?: number } = {};
let messages = 0;

type Content =
  | { type: 'text'; text: string }
  | { type: 'tool_use'; id: string; name: string; input: Readonly<Record<string, unknown>> };

function toContent(block: Block, index: number): Content {
  if ('text' in block) return { type: 'text', text: block.text };
  return { type: 'tool_use', id: `toolu_${messages}_${index}`, name: block.tool, input: block.input };
}

const emptied = (block: Content) =>
  block.type === 'text' ? { ...block, text: '' } : { ...block, input: {} };

const deltaOf = (block: Content) =>
  block.type === 'text'
    ? { type: 'text_delta', text: block.text }
    : { type: 'input_json_delta', partial_json: JSON.stringify(block.input) };

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
