import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { become, run } from './child.mjs';
import { fail, say } from './say.mjs';
import { isPure, testEnvironment } from './test-environment.mjs';

const CHECK_TIMEOUT_MS = 10 * 60_000;
const CHECKS = [
  ['types of src', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json']],
  ['types of tests', ['node_modules/typescript/bin/tsc', '-p', 'tests']],
  ['lint, format and boundaries', ['node_modules/@biomejs/biome/bin/biome', 'check', '.']],
  ['dead code', ['node_modules/knip/bin/knip.js']],
];

/** Node before 22.18 strips types only when told to. */
function typeFlags() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major === 22 && minor < 18 ? ['--experimental-strip-types'] : [];
}

function becomeNode(args, env) {
  return become(process.execPath, args, env);
}

/** All checks run, so that one round shows everything; the first failure decides the exit code. */
async function check(root) {
  const failed = [];
  for (const [what, args] of CHECKS) {
    say(`check: ${what}`);
    const code = await run(process.execPath, args, { cwd: root, timeoutMs: CHECK_TIMEOUT_MS });
    if (code !== 0) failed.push(what);
  }
  if (failed.length > 0) fail(`check failed: ${failed.join(', ')}`);
  say('check passed');
}

async function test(root, args) {
  const pure = isPure(args);
  if (!pure) await ensureBuilt(root);
  const env = pure ? process.env : await testEnvironment(root);
  await becomeNode(['node_modules/vitest/vitest.mjs', 'run', ...args], env);
}

/** Compiles on every save and starts `dispatch up` anew with the result. */
async function dev(root, args) {
  await ensureBuilt(root);
  const compiler = run(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--watch', '--preserveWatchOutput'],
    { cwd: root },
  );
  const program = run(process.execPath, ['--watch', 'dist/cli/main.js', 'up', ...args], { cwd: root });
  process.exit(await Promise.race([compiler, program]));
}

async function generate(root, args) {
  await ensureBuilt(root);
  const folder = join(root, 'scripts', 'generate');
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  for (const file of files.filter((name) => /\.(mjs|ts)$/.test(name))) {
    say(`generate: ${file}`);
    const code = await run(process.execPath, [...typeFlags(), join(folder, file), ...args], {
      cwd: root,
      timeoutMs: CHECK_TIMEOUT_MS,
    });
    if (code !== 0) fail(`${file} failed with exit code ${code}`, code);
  }
}

/** What each word of package.json's scripts does once Node and packages are right. */
export const verbs = {
  async start(root, args) {
    await ensureBuilt(root);
    await becomeNode(['dist/cli/main.js', 'demo', ...args]);
  },
  test,
  dev,
  async build(root) {
    await ensureBuilt(root, { force: true });
    say('built');
  },
  check,
  async bench(root, args) {
    await ensureBuilt(root);
    await becomeNode([...typeFlags(), 'bench/main.ts', ...args]);
  },
  generate,
};
