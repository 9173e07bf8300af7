import { spawn } from 'node:child_process';
import { NOTICE_SEND_MS_MAX, NOTICE_TROUBLE_LENGTH_MAX } from '../../core/notice-limits.ts';
import type { Trouble } from '../../core/ports/notice-channel.ts';

/** A child of it that holds the pipe must not hold up the answer. */
const LAST_WORDS_MS = 200;

/** A program that brings messages to people, past any shell. */
export interface ProgramCall {
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What it reads; nothing when left out. */
  readonly input?: string;
  /** Exit codes after which another try may go better. */
  readonly passing?: ReadonlySet<number>;
}

/**
 * Runs it for 5 s at most. Its own exit ends it: what it leaves behind to deliver later is not waited for. A program
 * that ran and failed fails again; one that hung or could not be started may not.
 */
export function runProgram(call: ProgramCall, signal: AbortSignal): Promise<Trouble> {
  const [program = '', ...args] = call.command;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...{ cwd: call.cwd, env: call.env as NodeJS.ProcessEnv, stdio: ['pipe', 'ignore', 'pipe'] },
      signal: AbortSignal.any([signal, AbortSignal.timeout(NOTICE_SEND_MS_MAX)]),
      killSignal: 'SIGKILL',
    });
    let said = '';
    const settle = (trouble: Trouble) => {
      child.stderr.destroy();
      resolve(trouble);
    };
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      said = (said + chunk).slice(0, NOTICE_TROUBLE_LENGTH_MAX);
    });
    child.once('error', (error) => settle({ error: error.message, retryable: true }));
    child.once('exit', (code, ended) => {
      if (code === 0) return settle(null);
      const tell = () => {
        const why = said.trim() === '' ? '' : `: ${said.trim()}`;
        if (code === null) return settle({ error: `ended by ${ended}${why}`, retryable: true });
        settle({ error: `exit ${code}${why}`, retryable: call.passing?.has(code) ?? false });
      };
      // What it said of its failure may still be on the way.
      child.once('close', tell);
      setTimeout(tell, LAST_WORDS_MS).unref();
    });
    // It may end without reading.
    child.stdin.on('error', () => {}).end(call.input ?? '');
  });
}
