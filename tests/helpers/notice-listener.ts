import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as the listener got it. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
}

export interface Listener {
  readonly url: string;
  readonly heard: Heard[];
  close(): Promise<void>;
}

type Answer = (request: Heard, response: ServerResponse) => void;

/** A server on loopback that hears notices and answers 200, or as told; gone with the test. */
export async function aListener(answer: Answer = ok, port = 0): Promise<Listener> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      const { method = '', url = '', headers } = request;
      const got = { method, path: url, headers, body, at: performance.now() };
      heard.push(got);
      answer(got, response);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard, close };
}

/** Answers each request with the next status, the last one for ever. */
export function statuses(...codes: number[]): Answer {
  let next = 0;
  return (_request, response) => {
    response.statusCode = codes[Math.min(next++, codes.length - 1)] ?? 200;
    response.end();
  };
}

const ok: Answer = statuses(200);

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
