import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/adapters/config/load-config.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const PAGES = [
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

/** Anchors a page offers, made of its headings as GitHub makes them. */
function anchorsOf(page: string): string[] {
  const headings = read(page).matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(PAGES)('links in %s lead somewhere', (page) => {
  const text = read(page).replaceAll(/^```.*?^```/gms, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  for (const link of links.filter((one) => !/^https?:/.test(one))) {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    expect(existsSync(join(ROOT, target)), `${page}: ${link}`).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(target), `${page}: ${link}`).toContain(anchor);
  }
});

test.each(PAGES)('files and folders named in %s exist', (page) => {
  const named = read(page).matchAll(/`((?:src|tests|scripts|examples|docs)\/[A-Za-z0-9_./-]+)`/g);
  for (const [, path = ''] of named) expect(existsSync(join(ROOT, path)), `${page}: ${path}`).toBe(true);
});

test('every page of docs is in its index, and the architecture stays short', () => {
  const index = read('docs/README.md');
  const pages = readdirSync(join(ROOT, 'docs')).filter(
    (file) => file.endsWith('.md') && file !== 'README.md',
  );
  for (const page of pages) expect(index).toContain(`(${page})`);
  expect(read('ARCHITECTURE.md').split('\n').length).toBeLessThanOrEqual(151);
});

test('decisions are numbered without gaps and each says what and why', () => {
  const files = readdirSync(join(ROOT, 'docs/adr')).sort();
  expect(files.map((file) => Number(file.slice(0, 4)))).toEqual(files.map((_, index) => index + 1));
  for (const file of files) {
    const text = read(`docs/adr/${file}`);
    expect(text, file).toMatch(new RegExp(`^# ${file.slice(0, 4)}: .+\n\n\\*\\*Decision\\.\\*\\*`));
    for (const part of ['Why', 'Consequences']) expect(text, file).toContain(`**${part}.**`);
  }
});

test('the dispatch.yaml of the README loads without a note', async () => {
  const yaml = read('README.md').match(/```yaml\n(.*?)```/s)?.[1] ?? '';
  const dir = mkdtempSync(join(tmpdir(), 'dispatch-readme-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'dispatch.yaml'), yaml);
  const { settings, notes } = await loadConfig({ cwd: dir, env: { HOME: dir } });
  expect(notes).toEqual([]);
  expect(settings).toMatchObject({ project: 'shop', pools: { routes: 3 } });
  expect(settings.routes).toHaveLength(1);
});

test('docs/dependencies.md lists exactly the dependencies, and none may run a script', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'));
  const cells = [...read('docs/dependencies.md').matchAll(/^\| (`[^|]*`) \|/gm)].map(([, cell = '']) => cell);
  const listed = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  expect(listed.sort()).toEqual([...Object.keys(dependencies), ...Object.keys(devDependencies)].sort());
  expect(read('.npmrc')).toContain('ignore-scripts=true');
});

test('every requirement is named by a test or has a reason, and docs/coverage.md names no test that is gone', () => {
  expect(() =>
    execFileSync(process.execPath, ['scripts/generate/coverage.mjs', '--check'], {
      cwd: ROOT,
      stdio: 'pipe',
    }),
  ).not.toThrow();
});
