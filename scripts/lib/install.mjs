import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './child.mjs';
import { withLock } from './lock.mjs';
import { fail, say } from './say.mjs';

const INSTALL_TIMEOUT_MS = 15 * 60_000;

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Which lock file, on which kind of machine: packages with native parts differ by both. */
function wantedStamp(root) {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform} ${process.arch}\n`;
}

/** Does npm's own note of what is installed agree with the lock file (optional packages may be missing)? */
function agrees(root) {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages ?? {};
  const present = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!present) return false;
  const names = Object.keys(wanted).filter((name) => name !== '');
  const matches = names.every((name) =>
    present[name] ? present[name].version === wanted[name].version : wanted[name].optional === true,
  );
  return matches && Object.keys(present).every((name) => name in wanted);
}

function isInstalled(root, stampFile) {
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wantedStamp(root)) return true;
  if (existsSync(stampFile) || !agrees(root)) return false;
  writeFileSync(stampFile, wantedStamp(root));
  return true;
}

/** Makes `node_modules` what the lock file says, when it is not. */
export async function ensureInstalled(root) {
  const stampFile = join(root, 'node_modules', '.dispatch-installed');
  if (isInstalled(root, stampFile)) return;
  await withLock(root, async () => {
    if (isInstalled(root, stampFile)) return;
    say('installing packages (npm ci)');
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const code = await run(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      timeoutMs: INSTALL_TIMEOUT_MS,
      stdio: ['ignore', 2, 2],
    });
    if (code !== 0) fail(`npm ci failed with exit code ${code}; its own words are above`, 69);
    writeFileSync(stampFile, wantedStamp(root));
  });
}
