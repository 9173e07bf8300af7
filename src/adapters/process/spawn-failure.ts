import { messageOf } from '../../core/errors.ts';

/** Why no process came to be. */
export interface SpawnFailure {
  /** The system's code, for example ENOENT. */
  readonly code: string;
  /** For people; names the binary. */
  readonly reason: string;
  /** False when another try cannot help. */
  readonly retryable: boolean;
}

/** Out of something that comes back: files, processes, memory (fault F20, F21). */
const PASSING = new Map([
  ['EMFILE', 'this process has too many open files'],
  ['ENFILE', 'the system has too many open files'],
  ['EAGAIN', 'the process limit is reached'],
  ['ENOMEM', 'out of memory'],
]);

const LASTING = new Map([
  ['ENOENT', 'command not found'],
  ['ENOTDIR', 'command not found'],
  ['EACCES', 'permission denied: not an executable file'],
  ['EPERM', 'permission denied'],
  ['ENOEXEC', 'not a program this machine can run'],
  ['E2BIG', 'arguments and environment are too long'],
  ['ERR_INVALID_ARG_VALUE', 'an argument or variable holds a NUL character'],
]);

/** Explains a failed spawn; unknown codes are taken for passing ones, because the retry limit ends them anyway. */
export function toSpawnFailure(binary: string, cause: unknown): SpawnFailure {
  const code = errorCode(cause);
  const lasting = LASTING.get(code);
  const why = lasting ?? PASSING.get(code) ?? messageOf(cause);
  return {
    code,
    reason: `could not start ${JSON.stringify(binary)}: ${why} (${code})`,
    retryable: lasting === undefined,
  };
}

/** The `code` of a system error, or `UNKNOWN`. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
}
