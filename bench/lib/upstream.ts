import { execFile } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A release of a tool before us, as the Python package index has it. */
interface Release {
  readonly name: string;
  readonly version: string;
  /** The oldest Python 3 that it runs on. */
  readonly minor: number;
  /** Without what it depends on: only a part of it is used. */
  readonly alone: boolean;
}

/** Beside it dispatches are measured. */
const AGENT_DISPATCH: Release = { name: 'agent-dispatch', version: '0.16.0', minor: 10, alone: false };
/** Beside it ledgers are measured. */
const AI_PRODUCER: Release = { name: 'ai-producer', version: '0.3.5', minor: 11, alone: true };
const INSTALL_MS_MAX = 300_000;

type Say = (text: string) => void;

/** The `agent-dispatch` command; null, with a message, where it cannot be had. */
export const upstreamCommand = (say: Say): Promise<string | null> =>
  programOf(AGENT_DISPATCH, 'agent-dispatch', say);

/** A Python that has ai-producer's ledger; null, with a message, where it cannot be had. */
export const upstreamPython = (say: Say): Promise<string | null> => programOf(AI_PRODUCER, 'python', say);

/** A program of a virtual environment under the cache folder, made at the first use. */
async function programOf(release: Release, program: string, say: Say): Promise<string | null> {
  const { name, version, minor, alone } = release;
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(cache, 'dispatch', 'bench', `${name}-${version}`);
  const complete = join(folder, 'complete');
  const bin = (one: string) => join(folder, 'bin', one);
  if (existsSync(complete)) return bin(program);
  const install = async (command: string, ...args: string[]) =>
    run(command, args, { timeout: INSTALL_MS_MAX });
  const requirement = `${name}==${version}`;
  try {
    say(`installing ${requirement} into ${folder}`);
    await install('python3', '-c', `import sys; sys.exit(sys.version_info < (3, ${minor}))`);
    // What an earlier attempt left half-done.
    rmSync(folder, { recursive: true, force: true });
    await install('python3', '-m', 'venv', folder);
    const quiet = ['install', '--quiet', '--disable-pip-version-check', ...(alone ? ['--no-deps'] : [])];
    await install(bin('pip'), ...quiet, requirement);
    writeFileSync(complete, '');
    return bin(program);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    say(`${requirement} is left out: it takes Python 3.${minor} or newer and the package index (${reason})`);
    return null;
  }
}
