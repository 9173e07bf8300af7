import { assertNever } from '../../core/errors.ts';
import type { AgentOutcome, Refusal } from '../../core/schema/agent-outcome.ts';
import type { ProcessResult } from '../process/process-runner.ts';

/** Shells and wrappers say with these that the command itself could not be run. */
const CANNOT_RUN = new Map([
  [126, 'not executable'],
  [127, 'command not found'],
]);

const REFUSALS = new Map<string, Refusal>([
  ['ENOENT', 'not_found'],
  ['ENOTDIR', 'not_found'],
  ['EACCES', 'permission'],
  ['EPERM', 'permission'],
]);

/** What a failed spawn is to whoever asked for the run, by the system's code (R-AD-054). */
const refusalOf = (code: string): Refusal => REFUSALS.get(code) ?? 'cli_error';

/** How a command's end counts: 0 = success, else failure, unless it was told to stop (R-ART-048). */
export function processOutcome(binary: string, { end, leaked, ...rest }: ProcessResult): AgentOutcome {
  const { durationMs, outputBytes, tail } = rest;
  const facts = { durationMs, outputBytes, tail, ...(leaked ? { leaked } : {}) };
  switch (end.kind) {
    case 'not-started':
      return {
        kind: 'failed',
        refusal: refusalOf(end.code),
        reason: end.reason,
        retryable: end.retryable,
        ...facts,
      };
    case 'exited': {
      if (end.code === 0) return { kind: 'succeeded', ...facts };
      const why = CANNOT_RUN.get(end.code);
      const reason = `exited with code ${end.code}${why === undefined ? '' : ` (${why}: ${binary})`}`;
      return { kind: 'failed', reason, exitCode: end.code, retryable: why === undefined, ...facts };
    }
    case 'signalled':
      return {
        kind: 'failed',
        reason: `killed by signal ${end.signal}`,
        signal: end.signal,
        retryable: true,
        ...facts,
      };
    case 'timed-out':
      return { kind: 'timed-out', limitMs: end.limitMs, ...facts };
    case 'stalled':
      return { kind: 'stalled', silentMs: end.silentMs, ...facts };
    case 'stopped':
      return { kind: 'stopped', by: end.by, ...facts };
    default:
      return assertNever(end);
  }
}
