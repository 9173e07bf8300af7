import { spawn } from 'node:child_process';
import { findExecutable } from '../../adapters/process/find-executable.ts';
import { messageOf } from '../../core/errors.ts';
import type { CliIo } from '../io.ts';

const POINTER =
  'This is a new project: read ONBOARDING.md in this folder first, then begin to talk with the user.';

/**
 * Gives the terminal to Claude Code in the project's folder, which goes on from ONBOARDING.md; the answer is its exit
 * code. Without a person at a terminal, or without `claude`, the project is ready all the same (R-PROD-008).
 */
export async function handOff(io: CliIo, root: string): Promise<number> {
  if (io.stdin.isTTY !== true || io.stdout.isTTY !== true) return 0;
  const say = (text: string) => void io.stdout.write(`${text}\n`);
  const program = findExecutable('claude', { cwd: root, path: io.env.PATH });
  if (program === null) {
    say(`Note: claude is not on PATH; skipping the chat. ${LATER}`);
    return 0;
  }
  say(`Handing off to claude in ${root}…`);
  io.stop.takeOver();
  const argv = ['--append-system-prompt', POINTER, '--permission-mode', 'acceptEdits'];
  const child = spawn(program, argv, { cwd: root, env: io.env as NodeJS.ProcessEnv, stdio: 'inherit' });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      say(`Failed to launch claude: ${messageOf(error)}\n${LATER}`);
      resolve(0);
    });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

const LATER = 'Run `claude` in that folder later: it will find ONBOARDING.md.';
