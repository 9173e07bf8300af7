import type { IncomingMessage } from 'node:http';
import { AppError } from '../core/errors.ts';
import { HTTP_BODY_BYTES_MAX, HTTP_BODY_MS_MAX } from '../core/limits.ts';

/** Reads a request body within its limits of size and time; refuses it as soon as it is known to be too large. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > HTTP_BODY_BYTES_MAX) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
      settle();
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > HTTP_BODY_BYTES_MAX) end(() => reject(tooLarge()));
    };
    const onEnd = (): void =>
      end(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    const onBroken = (): void => end(() => reject(new AppError('invalid-input', 'body: ended too early')));
    const timer = setTimeout(() => end(() => reject(tooSlow())), HTTP_BODY_MS_MAX);
    request.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
  });
}

const tooLarge = (): AppError =>
  new AppError('payload-too-large', `body: larger than ${HTTP_BODY_BYTES_MAX} bytes`);
const tooSlow = (): AppError =>
  new AppError('payload-too-large', `body: not complete after ${HTTP_BODY_MS_MAX / 1000} s`);
