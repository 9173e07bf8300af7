import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/dispatch-tests', import.meta.url));

/** The last SDK that is pure Python: it starts the `claude` of the PATH, later ones one of their own. */
const PACKAGES = ['ai-producer==0.3.5', 'claude-agent-sdk==0.1.4'];

const INSTALL_MS_MAX = 180_000;

/** ai-producer 0.3.5 with everything it needs, or why it cannot be had here. */
export type RealProducer =
  | { readonly python: string; readonly packages: string }
  | { readonly missing: string };

/** Installs it from the Python package index once for each checkout, into a folder of its own. */
export async function realProducer(): Promise<RealProducer> {
  try {
    const which = ['-c', 'import sys; print(sys.executable, sys.implementation.cache_tag, sep="\\n")'];
    const [python = '', tag = ''] = (await run('python3', which, { timeout: 10_000 })).stdout.split('\n');
    // Parts of it are compiled for one release of Python.
    const packages = join(CACHE, `ai-producer-0.3.5-${tag}`);
    if (!existsSync(join(packages, 'producer'))) await install(python, packages);
    return { python, packages };
  } catch (error) {
    return { missing: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
}

/** Whole or not at all: a run that is cut off leaves nothing that looks like it. */
async function install(python: string, packages: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const fresh = mkdtempSync(join(CACHE, 'installing-'));
  try {
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', fresh];
    await run(python, [...pip, ...PACKAGES], { timeout: INSTALL_MS_MAX });
    if (!existsSync(packages)) renameSync(fresh, packages);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
