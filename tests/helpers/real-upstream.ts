import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../fixtures/ledger/upstream.py', import.meta.url));

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/dispatch-tests', import.meta.url));

/** The real ai-producer of a release, or why it cannot be had here. */
export type RealUpstream =
  | { readonly run: (verb: 'make' | 'go-on', path: string) => Record<string, unknown> }
  | { readonly missing: string };

/** Fetches a release from the Python package index once for each machine; nothing of it is installed. */
export function realUpstream(release: string): RealUpstream {
  const folder = join(CACHE, `ai-producer-${release}`);
  try {
    if (!existsSync(join(folder, 'producer', 'ledger.py'))) {
      mkdirSync(folder, { recursive: true });
      const wheel = `ai_producer-${release}-py3-none-any.whl`;
      const pip = [
        '-m',
        'pip',
        'download',
        '--quiet',
        '--no-deps',
        '--dest',
        folder,
        `ai-producer==${release}`,
      ];
      execFileSync('python3', pip, { timeout: 60_000, stdio: 'pipe' });
      const unzip = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])';
      execFileSync('python3', ['-c', unzip, join(folder, wheel), folder], { timeout: 10_000, stdio: 'pipe' });
    }
  } catch (error) {
    return { missing: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
  return {
    run: (verb, path) =>
      JSON.parse(
        execFileSync('python3', [SCRIPT, folder, verb, path], { encoding: 'utf8', timeout: 30_000 }),
      ) as Record<string, unknown>,
  };
}
