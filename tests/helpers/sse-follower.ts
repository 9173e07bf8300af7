import { connect, type Socket } from 'node:net';

/** One client of an event stream on a bare socket, as small as it can be: ten thousand of them fit into a process. */
export interface Follower {
  /** Of the answer; 0 = none yet. */
  readonly status: number;
  /** The number the next event must carry in its data under the counted name. */
  readonly next: number;
  /** Events that came out of turn. */
  readonly gaps: number;
  readonly lastId: string | null;
  /** What a `resync` said, or null. */
  readonly resyncAt: number | null;
  readonly isOver: boolean;
  /** Takes nothing more from the socket, until `read()`. */
  pause(): void;
  read(): void;
  leave(): void;
}

export interface FollowerConfig {
  readonly port: number;
  readonly path: string;
  /** Under which name the data of an event counts. */
  readonly counted: 'all' | 'own';
  /** Goes on where another one ended. */
  readonly after?: Pick<Follower, 'next' | 'lastId'>;
  /** How late an event came (ms). */
  readonly onDelay: (delayMs: number) => void;
  /** The head of the answer is there, or the connection is gone without one. */
  readonly onHead: () => void;
}

/** Connects and follows. */
export function createFollower(config: FollowerConfig): Follower {
  const { port, path, counted, after, onDelay } = config;
  const state = {
    ...{ status: 0, gaps: 0, isOver: false, resyncAt: null as number | null },
    ...{ next: after?.next ?? 0, lastId: after?.lastId ?? null },
  };
  let rest = '';
  const take = (frame: string): void => {
    const event = fieldOf(frame, 'event');
    const data = fieldOf(frame, 'data');
    if (event === null || data === null) return;
    const told = JSON.parse(data);
    if (event === 'resync') {
      state.resyncAt = told.last_seq;
      return;
    }
    if (told.data[counted] !== state.next) state.gaps++;
    state.next = told.data[counted] + 1;
    state.lastId = fieldOf(frame, 'id');
    onDelay(Date.now() - told.data.at);
  };
  const socket: Socket = connect(port, '127.0.0.1', () => socket.write(requestFor(path, state.lastId)));
  socket.on('data', (chunk) => {
    const isHead = state.status === 0;
    // The server writes each event as one chunk, so the lines between two frames are lengths and may be passed over.
    const frames = (rest + chunk.toString('latin1')).split('\n\n');
    rest = frames.pop() ?? '';
    if (isHead) {
      state.status = Number(/^HTTP\/1\.1 (\d+)/.exec(frames[0] ?? rest)?.[1] ?? rest.slice(9, 12));
      config.onHead();
    }
    for (const frame of frames) take(frame);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    state.isOver = true;
    if (state.status === 0) config.onHead();
  });
  return Object.assign(state, {
    pause: () => void socket.pause(),
    read: () => void socket.resume(),
    leave: () => void socket.destroy(),
  });
}

function requestFor(path: string, lastId: string | null): string {
  const resume = lastId === null ? '' : `last-event-id: ${lastId}\r\n`;
  return `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n${resume}\r\n`;
}

function fieldOf(frame: string, name: string): string | null {
  const at = frame.indexOf(`\n${name}: `);
  const start = at >= 0 ? at + 1 : frame.startsWith(`${name}: `) ? 0 : -1;
  if (start < 0) return null;
  const end = frame.indexOf('\n', start);
  return frame.slice(start + name.length + 2, end < 0 ? undefined : end);
}
