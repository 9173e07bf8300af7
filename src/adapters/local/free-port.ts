import { createServer } from 'node:net';
import { AppError } from '../../core/errors.ts';

const TRIED_MAX = 200;

/** The first port from `from` up that nobody listens on at this moment. */
export async function freePort(from: number, host = '127.0.0.1'): Promise<number> {
  for (let port = from; port < from + TRIED_MAX; port += 1) {
    if (await isFree(port, host)) return port;
  }
  throw new AppError('port-taken', `no port from ${from} to ${from + TRIED_MAX - 1} is free on ${host}`);
}

/** Can a server listen there now? */
export function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
