import type { Writable } from 'node:stream';

/** Writes the whole text and closes; a process that does not want it is no error (EPIPE). */
export function feedStdin(stdin: Writable | null, text: string | null): void {
  if (stdin === null) return;
  stdin.on('error', () => undefined);
  stdin.end(text ?? '');
}
