import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The code a shell would give for how a child ended. */
function exitCodeOf(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0);
}

/**
 * Runs a command to its end on our own stdin, stdout and stderr and resolves with its exit code.
 * With `timeoutMs` it is killed when that is over; without, it may take as long as a person likes.
 */
export function run(command, args, { cwd, env = process.env, timeoutMs = 0, stdio = 'inherit' } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio, timeout: timeoutMs, killSignal: 'SIGKILL' });
    const forward = (signal) => {
      // A terminal sends its Ctrl-C to the whole group: the child has it already, and twice means "at once".
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    };
    for (const signal of FORWARDED) process.on(signal, forward);
    const release = () => {
      for (const signal of FORWARDED) process.off(signal, forward);
    };
    child.once('error', (error) => {
      release();
      reject(error);
    });
    child.once('close', (code, signal) => {
      release();
      resolve(exitCodeOf(code, signal));
    });
  });
}

/** Runs a command and gives its exit code and what it wrote to stdout; its stderr is ours unless `quiet`. */
export function capture(command, args, { cwd, env = process.env, timeoutMs = 60_000, quiet = false } = {}) {
  return new Promise((resolve) => {
    const stderr = quiet ? 'ignore' : 'inherit';
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', stderr], timeout: timeoutMs });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.once('error', (error) => resolve({ exitCode: 127, stdout: '', error }));
    child.once('close', (code, signal) => resolve({ exitCode: exitCodeOf(code, signal), stdout }));
  });
}

/**
 * Turns this process into the program, so that signals, terminal and exit code are the program's own.
 * Where the system cannot do that, runs it as a child and ends as it ended.
 */
export async function become(command, args, env = process.env) {
  if (typeof process.execve === 'function' && process.platform !== 'win32') {
    process.execve(command, [command, ...args], { ...env });
  }
  process.exit(await run(command, args, { env }));
}
