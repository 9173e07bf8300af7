import { get, type IncomingMessage } from 'node:http';
import { until } from './processes.ts';

/** One event as an EventSource would hand it on. */
export interface Received {
  readonly id: string | null;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into data of any shape
  readonly data: any;
}

export interface SseClient {
  readonly status: number;
  readonly response: IncomingMessage;
  readonly received: Received[];
  readonly comments: string[];
  readonly isOver: boolean;
  /** Waits for the n-th event. */
  nth(count: number): Promise<Received>;
  over(): Promise<void>;
  leave(): void;
}

/** Follows a stream; `isReading: false` takes nothing from the socket until `response.resume()`. */
export function follow(
  url: string,
  headers: Record<string, string> = {},
  isReading = true,
): Promise<SseClient> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers, agent: false }, (response) => {
      const received: Received[] = [];
      const comments: string[] = [];
      let rest = '';
      let isOver = false;
      const onData = (chunk: Buffer): void => {
        const frames = (rest + chunk.toString()).split('\n\n');
        rest = frames.pop() ?? '';
        for (const frame of frames) {
          if (frame.startsWith(':')) comments.push(frame);
          else received.push(parse(frame));
        }
      };
      response.on('close', () => {
        isOver = true;
      });
      response.on('error', () => undefined);
      if (isReading) response.on('data', onData);
      else response.once('resume', () => response.on('data', onData));
      resolve({
        status: response.statusCode ?? 0,
        response,
        received,
        comments,
        get isOver() {
          return isOver;
        },
        nth: (count) => until(() => received[count - 1]),
        over: async () => void (await until(() => isOver)),
        leave: () => void response.destroy(),
      });
    });
    request.on('error', reject);
  });
}

function parse(frame: string): Received {
  const fields = new Map(frame.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]));
  return {
    id: fields.get('id') ?? null,
    event: fields.get('event') ?? 'message',
    data: JSON.parse(fields.get('data') ?? 'null'),
  };
}
