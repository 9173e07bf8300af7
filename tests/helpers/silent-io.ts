import { Readable, Writable } from 'node:stream';
import type { CliIo } from '../../src/cli/io.ts';

/** What a command line needs to be built; nothing of it is heard. */
export function silentIo(): CliIo {
  const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const never = new AbortController().signal;
  const stop = { again: never, signal: never, unread: never, takeOver: () => undefined };
  return { stdin: Readable.from([]), stdout: sink(), stderr: sink(), env: {}, cwd: '/', stop };
}
