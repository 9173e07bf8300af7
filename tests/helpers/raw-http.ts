import { connect, type Socket } from 'node:net';

/** What came back on a socket until the other side closed it. */
export interface RawAnswer {
  readonly text: string;
  /** Of the first answer; 0 = closed without any. */
  readonly status: number;
  readonly closedAfterMs: number;
}

/** Sends bytes as they are and collects everything until the server closes. */
export function sendRaw(
  port: number,
  bytes: string | Buffer,
  more?: (socket: Socket) => void,
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const begun = performance.now();
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('connect', () => {
      socket.write(bytes);
      more?.(socket);
    });
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      const status = Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0);
      resolve({ text, status, closedAfterMs: performance.now() - begun });
    });
  });
}

/** One request that asks for its connection to be closed, with exactly these headers. */
export function rawRequest(
  port: number,
  line: string,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer = '',
): Promise<RawAnswer> {
  const bytes = Buffer.from(body);
  const length = bytes.length === 0 ? {} : { 'content-length': String(bytes.length) };
  const all = { connection: 'close', ...length, ...headers };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return sendRaw(port, Buffer.concat([Buffer.from(`${line} HTTP/1.1\r\n${head.join('')}\r\n`), bytes]));
}
