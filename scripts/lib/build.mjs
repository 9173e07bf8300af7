import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from './child.mjs';
import { withLock } from './lock.mjs';
import { fail, say } from './say.mjs';

const COMPILE_TIMEOUT_MS = 5 * 60_000;
const SETTINGS = ['tsconfig.json', 'package-lock.json', 'scripts/bundle-workflows.mjs'];
const BUNDLE = 'dist/workflow-bundle.js';

/** All files below a folder, as paths from the root. */
function filesIn(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

/** Changes whenever a source file appears, goes away or is written. */
function fingerprint(root) {
  const hash = createHash('sha256');
  for (const file of [...filesIn(root, 'src').sort(), ...SETTINGS]) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function isBuilt(root, stampFile) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint(root);
}

/** What was compiled from a source that is no longer there must not be found any more. */
function dropOrphans(root) {
  const compiled = filesIn(root, 'dist').filter(
    (file) => /\.(js|d\.ts|js\.map)$/.test(file) && file !== BUNDLE,
  );
  for (const file of compiled) {
    const source = file.replace(/^dist/, 'src').replace(/\.(js|d\.ts|js\.map)$/, '.ts');
    if (!existsSync(join(root, source))) rmSync(join(root, file), { force: true });
  }
}

async function build(root, stampFile) {
  const before = fingerprint(root);
  const node = (...args) => run(process.execPath, args, { cwd: root, timeoutMs: COMPILE_TIMEOUT_MS });
  mkdirSync(join(root, 'dist'), { recursive: true });
  rmSync(stampFile, { force: true });
  dropOrphans(root);
  say('compiling src to dist');
  const code = await node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json');
  if (code !== 0) fail(`the compiler found errors (exit code ${code})`, code);
  if (existsSync(join(root, 'dist/workflows/index.js'))) {
    say('bundling the workflows');
    const bundled = await node('scripts/bundle-workflows.mjs');
    if (bundled !== 0) fail(`the workflows could not be bundled (exit code ${bundled})`, bundled);
  }
  writeFileSync(stampFile, before);
}

/** Compiles and bundles when a source changed since the last time; `force` does it in any case. */
export async function ensureBuilt(root, { force = false } = {}) {
  const stampFile = join(root, 'dist', '.built');
  if (!force && isBuilt(root, stampFile)) return;
  await withLock(root, async () => {
    if (force || !isBuilt(root, stampFile)) await build(root, stampFile);
  });
}
