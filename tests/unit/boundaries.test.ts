import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIOME = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');

/** What each folder must not do; one scratch file each is linted with the real biome.json. */
const FORBIDDEN: readonly [file: string, code: string, rule: string][] = [
  ['src/core/a.ts', "import 'node:fs';", 'noRestrictedImports'],
  ['src/core/b.ts', "import 'yaml';", 'noRestrictedImports'],
  ['src/core/c.ts', "import '../adapters/store/x.ts';", 'noRestrictedImports'],
  ['src/core/d.ts', "import '../workflows/messages.ts';", 'noRestrictedImports'],
  ['src/workflows/a.ts', "import 'node:fs';", 'noRestrictedImports'],
  ['src/workflows/b.ts', "import 'zod';", 'noRestrictedImports'],
  ['src/workflows/c.ts', "import '@temporalio/client';", 'noRestrictedImports'],
  ['src/workflows/d.ts', "import '../adapters/boards/x.ts';", 'noRestrictedImports'],
  ['src/workflows/e.ts', "import '../api/http.ts';", 'noRestrictedImports'],
  ['src/activities/a.ts', "import '../adapters/boards/x.ts';", 'noRestrictedImports'],
  ['src/activities/b.ts', "import '../api/http.ts';", 'noRestrictedImports'],
  ['src/adapters/boards/a.ts', "import '../store/x.ts';", 'noRestrictedImports'],
  ['src/adapters/agents/a.ts', "import '../boards/x.ts';", 'noRestrictedImports'],
  ['src/adapters/store/a.ts', "import '../../api/http.ts';", 'noRestrictedImports'],
  ['src/adapters/store/b.ts', "import '../../activities/x.ts';", 'noRestrictedImports'],
  ['src/adapters/temporal/a.ts', "import '../boards/x.ts';", 'noRestrictedImports'],
  ['src/poller/a.ts', "import '../adapters/boards/x.ts';", 'noRestrictedImports'],
  ['src/api/a.ts', "import '../adapters/store/x.ts';", 'noRestrictedImports'],
  ['src/api/b.ts', "import '../activities/x.ts';", 'noRestrictedImports'],
  ['src/api/c.ts', "import '../compose.ts';", 'noRestrictedImports'],
  ['src/api/d.ts', "import '../cli/main.ts';", 'noRestrictedImports'],
  ['src/compose.ts', "import './cli/x.ts';", 'noRestrictedImports'],
  ['src/library/a.ts', "import '../cli/x.ts';", 'noRestrictedImports'],
  ['src/adapters/process/a.ts', 'console.log(process.env.HOME);', 'noProcessEnv'],
  ['src/adapters/process/b.ts', "import { env } from 'node:process'; env;", 'noRestrictedImports'],
  ['src/cli/other.ts', 'process.exit(1);', 'noJsRestrictedProperties'],
  ['src/api/e.ts', "export { a } from './z.ts';", 'noBarrelFile'],
  ['src/api/f.ts', 'async function a() {}\nexport function b() { a(); }', 'noFloatingPromises'],
  ['src/api/g.ts', "import { h } from './h.ts'; export const g = () => h();", 'noImportCycles'],
  ['src/api/h.ts', "import { g } from './g.ts'; export const h = () => g();", 'noImportCycles'],
  ['src/api/long.ts', 'f;\n'.repeat(251), 'noExcessiveLinesPerFile'],
  ['src/api/big.ts', `export function f() {\n${'f;\n'.repeat(51)}}`, 'noExcessiveLinesPerFunction'],
];

/** What the same folders are free to do. */
const ALLOWED: readonly [file: string, code: string][] = [
  ['src/core/ok.ts', "import 'zod'; import './policy/next-step.ts';"],
  ['src/workflows/ok.ts', "import '@temporalio/workflow'; import '../core/policy/next-step.ts';"],
  ['src/activities/ok.ts', "import '@temporalio/activity'; import '../core/errors.ts';"],
  ['src/adapters/agents/ok.ts', "import 'node:fs'; import '../process/x.ts'; import '../../core/ids.ts';"],
  ['src/adapters/temporal/ok.ts', "import '@temporalio/client'; import '../../workflows/messages.ts';"],
  ['src/api/ok.ts', "import '@temporalio/client'; import '../workflows/messages.ts'; import 'fastify';"],
  ['src/cli/main.ts', "import '../compose.ts'; console.log(process.env.HOME); process.exit(0);"],
];

let scratch = '';
let findings: string[] = [];

/** Lints all scratch files in one run and gives `<file> <rule>` for each finding. */
function lintScratch(): string[] {
  for (const [file, code] of [...FORBIDDEN, ...ALLOWED]) {
    mkdirSync(dirname(join(scratch, file)), { recursive: true });
    writeFileSync(join(scratch, file), `${code}\n`);
  }
  const settings = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(join(scratch, 'biome.json'), JSON.stringify({ ...settings, $schema: undefined }));
  writeFileSync(join(scratch, '.gitignore'), '');
  execFileSync('git', ['init', '--quiet', scratch]);
  const args = [BIOME, 'lint', '--reporter=github', '--max-diagnostics=500', 'src'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: scratch, encoding: 'utf8', timeout: 60_000 });
  return [...stdout.matchAll(/title=lint\/\w+\/(\w+),file=(\S+?),line/g)].map(
    ([, rule, path = '']) => `${path.slice(path.lastIndexOf('/src/') + 1)} ${rule}`,
  );
}

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'dispatch-boundaries-'));
  findings = lintScratch();
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('the lint guards the folder boundaries', () => {
  test.each(FORBIDDEN.map(([file, , rule]) => [file, rule]))('%s breaks %s', (file, rule) => {
    expect(findings).toContain(`${file} ${rule}`);
  });
  test.each(ALLOWED.map(([file]) => file))('%s breaks none', (file) => {
    expect(findings.filter((finding) => finding.startsWith(`${file} noRestricted`))).toEqual([]);
  });
});

/** Parts of core that are safe inside the workflow sandbox at run time; everything else of ours is types only. */
const RUNTIME_CORE = /^core\/(policy\/|ids\.ts|(dispatch-)?limits\.ts|errors\.ts)/;

/** The parts of workflows that others may run: names on the wire, no workflow code. */
const RUNTIME_WORKFLOWS = /^workflows\/(messages|search-attributes)\.ts$/;

function sourcesIn(path: string): string[] {
  const entries = readdirSync(join(ROOT, path), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Modules of ours that a file imports at run time, as paths below src. */
function runtimeImports(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const statements = text.matchAll(/^(?:import|export)(?!\s+type\b)\s[^'";]*?from\s+'(\.[^']+)'/gm);
  return [...statements].map(([, source = '']) => relative(join(ROOT, 'src'), join(dirname(file), source)));
}

test('workflows import only policy, ids, limits and errors of core at run time, the rest as types', () => {
  for (const file of sourcesIn('src/workflows')) {
    const foreign = runtimeImports(file).filter((path) => !path.startsWith('workflows/'));
    const wrong = foreign.filter((path) => !RUNTIME_CORE.test(path));
    expect(wrong, relative(ROOT, file)).toEqual([]);
  }
});

test.each(['src/adapters/temporal', 'src/api'])(
  '%s runs no workflow code: it imports messages and search attributes, the rest as types',
  (folder) => {
    for (const file of sourcesIn(folder)) {
      const foreign = runtimeImports(file).filter((path) => path.startsWith('workflows/'));
      const wrong = foreign.filter((path) => !RUNTIME_WORKFLOWS.test(path));
      expect(wrong, relative(ROOT, file)).toEqual([]);
    }
  },
);
