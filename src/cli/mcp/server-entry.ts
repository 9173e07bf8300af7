import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findExecutable } from '../../adapters/process/find-executable.ts';
import type { CliIo } from '../io.ts';

/** How a client starts this server. */
export interface ServerEntry {
  readonly command: string;
  readonly args: readonly string[];
}

/** The package's executable, in sources and in a build alike. */
const BIN = fileURLToPath(new URL('../../../bin/dispatch.js', import.meta.url));

/** `dispatch` itself where it is on the path, so that an update of it is an update of the server; else this Node with it. */
export function serverEntry({ env, cwd }: Pick<CliIo, 'env' | 'cwd'>): ServerEntry {
  const found = findExecutable('dispatch', { cwd, path: env.PATH });
  if (found !== null && realpathSync(found) === realpathSync(BIN)) return { command: found, args: ['mcp'] };
  return { command: process.execPath, args: [BIN, 'mcp'] };
}
