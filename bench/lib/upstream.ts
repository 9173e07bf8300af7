import { execFile } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The release beside which dispatches are measured. */
export const UPSTREAM = 'agent-dispatch==0.16.0';
const INSTALL_MS_MAX = 300_000;

/**
 * The `agent-dispatch` command in a virtual environment of its own under the cache folder, made at the first use; null,
 * with a message, where Python 3.10 or the package is missing.
 */
export async function upstreamCommand(say: (text: string) => void): Promise<string | null> {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(cache, 'dispatch', 'bench', UPSTREAM.replace('==', '-'));
  const command = join(folder, 'bin', 'agent-dispatch');
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return command;
  const install = async (program: string, ...args: string[]) =>
    run(program, args, { timeout: INSTALL_MS_MAX });
  try {
    say(`installing ${UPSTREAM} into ${folder}`);
    await install('python3', '-c', 'import sys; sys.exit(sys.version_info < (3, 10))');
    // What an earlier attempt left half-done.
    rmSync(folder, { recursive: true, force: true });
    await install('python3', '-m', 'venv', folder);
    await install(join(folder, 'bin', 'pip'), 'install', '--quiet', '--disable-pip-version-check', UPSTREAM);
    writeFileSync(complete, '');
    return command;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    say(`${UPSTREAM} is left out: it takes Python 3.10 or newer and the package index (${reason})`);
    return null;
  }
}
