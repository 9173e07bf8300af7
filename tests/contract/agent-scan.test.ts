import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { createAgentScan } from '../../src/adapters/agents-file/scan/agent-scan.ts';
import { DATABASES, STACKS } from '../../src/adapters/agents-file/scan/detectors.ts';
import { anAgentsFolder } from '../helpers/agents-folder.ts';

const scan = createAgentScan();

/** What a look at a project with these files finds. */
async function look(files: Readonly<Record<string, string>>) {
  const { project } = anAgentsFolder();
  return scan.look(project('shop', files));
}

async function describeProject(files: Readonly<Record<string, string>>): Promise<string> {
  const { project } = anAgentsFolder();
  return scan.describe(project('shop', files));
}

test('a folder is there, gone or unreadable, and never an error (R-AD-059)', async () => {
  const { project, folder } = anAgentsFolder();
  const nothing = { hasClaudeMd: false, hasReadme: false, hasMcpConfig: false, mcpServers: [], stacks: [] };
  expect(await scan.look(project('empty'))).toMatchObject({ ...nothing, healthy: true });
  expect(await scan.look(join(folder, 'gone'))).toMatchObject({ ...nothing, healthy: false });
  writeFileSync(join(folder, 'file'), '');
  expect(await scan.look(join(folder, 'file'))).toMatchObject({ healthy: false });
  expect(await scan.look(join(folder, 'file', 'below'))).toMatchObject({ healthy: false });
  symlinkSync(join(folder, 'loop'), join(folder, 'loop'));
  expect(await scan.look(join(folder, 'loop'))).toMatchObject({ ...nothing, healthy: 'UNREADABLE' });
});

test('servers come from both files, each once, and a broken file names none (R-AD-061)', async () => {
  const servers = (...names: string[]) =>
    JSON.stringify({ mcpServers: Object.fromEntries(names.map((name) => [name, {}])) });
  const local = '.claude/settings.local.json';
  expect(await look({ '.mcp.json': servers('b', 'a'), [local]: servers('a', 'c') })).toMatchObject({
    hasMcpConfig: true,
    mcpServers: ['b', 'a', 'c'],
  });
  for (const broken of ['{', '[]', 'null', '{"mcpServers": []}', '{"mcpServers": "x"}', '\u0000']) {
    expect((await look({ '.mcp.json': broken, [local]: servers('c') })).mcpServers).toEqual(['c']);
  }
});

test('stacks and databases are found in their order (R-AD-062, R-AD-063)', async () => {
  const files = [
    'package.json',
    'pyproject.toml',
    'go.mod',
    'Cargo.toml',
    'docker-compose.yml',
    'Dockerfile',
  ];
  const found = await look({
    ...Object.fromEntries(files.map((file) => [file, ''])),
    ...{ 'migrations/1.sql': '', 'alembic.ini': '', 'prisma/x': '', 'data.sqlite3': '', Gemfile: '' },
  });
  expect(found.stacks).toEqual(['Docker', 'Docker Compose', 'Rust', 'Go', 'Python', 'Node.js', 'Ruby']);
  expect(found.dbs).toEqual(['Prisma', 'Alembic', 'migrations', 'SQLite']);
  expect((await look({ 'Dockerfile/x': '', migrations: '' })).stacks).toEqual([]);
});

test.each([...STACKS, ...DATABASES].map((detector) => [detector.label, detector] as const))(
  'each mark of %s is enough (R-AD-062, R-AD-063)',
  async (label, { files = [], folders = [], endings = [] }) => {
    const marks = [
      ...files,
      ...folders.map((folder) => `${folder}/x`),
      ...endings.map((ending) => `some${ending}`),
    ];
    for (const mark of marks) {
      const { stacks, dbs } = await look({ [mark]: '' });
      expect([mark, ...stacks, ...dbs]).toEqual([mark, label]);
    }
  },
);

test('a look is kept until the folder or one of its files changes (R-AD-063)', async () => {
  const { project } = anAgentsFolder();
  const directory = project('shop', { '.mcp.json': '{"mcpServers": {"a": {}}}' });
  await new Promise((resolve) => setTimeout(resolve, 80));
  const first = await scan.look(directory);
  expect(await scan.look(directory)).toBe(first);
  writeFileSync(join(directory, '.mcp.json'), '{"mcpServers": {"b": {}}}');
  expect((await scan.look(directory)).mcpServers).toEqual(['b']);
  writeFileSync(join(directory, 'go.mod'), '');
  expect((await scan.look(directory)).stacks).toEqual(['Go']);
  mkdirSync(join(directory, '.claude'));
  writeFileSync(join(directory, '.claude', 'settings.local.json'), '{"mcpServers": {"c": {}}}');
  expect((await scan.look(directory)).mcpServers).toEqual(['b', 'c']);
  rmSync(directory, { recursive: true });
  expect((await scan.look(directory)).healthy).toBe(false);
});

test('previews have so many lines and characters, and say when something is missing (R-AD-065)', async () => {
  const { project } = anAgentsFolder();
  const directory = project('shop', {
    'CLAUDE.md': `${Array.from({ length: 50 }, (_, index) => `line ${index}`).join('\n')}\n`,
    'README.md': 'x'.repeat(500),
  });
  const forty = await scan.preview(directory, 40);
  expect(forty.claudeMd?.text.split('\n')).toHaveLength(40);
  expect(forty.claudeMd?.truncated).toBe(true);
  expect(forty.readme).toEqual({ text: 'x'.repeat(500), truncated: false });
  expect(await scan.preview(directory, 1)).toEqual({
    claudeMd: { text: 'line 0', truncated: true },
    readme: { text: 'x'.repeat(200), truncated: true },
  });
  expect((await scan.preview(directory, 50)).claudeMd?.truncated).toBe(false);
  expect((await scan.preview(directory, 9_999)).claudeMd?.truncated).toBe(false);
  expect(await scan.preview(directory, 0)).toEqual({ claudeMd: null, readme: null });
  expect(await scan.preview(directory, -3)).toEqual({ claudeMd: null, readme: null });
  expect(await scan.preview(project('bare'), 40)).toEqual({ claudeMd: null, readme: null });
});

test('a cut preview ends with a whole character, and broken bytes are told as U+FFFD', async () => {
  const { project } = anAgentsFolder();
  const directory = project('shop', { 'CLAUDE.md': '漢😀'.repeat(400) });
  writeFileSync(join(directory, 'README.md'), Uint8Array.of(0x61, 0xff, 0x62));
  const { claudeMd, readme } = await scan.preview(directory, 1);
  expect(claudeMd).toEqual({ text: '漢😀'.repeat(100), truncated: true });
  expect(readme).toEqual({ text: 'a\ufffdb', truncated: false });
});

test('a pipe in place of a file keeps nobody waiting', async () => {
  const { project } = anAgentsFolder();
  const directory = project('shop');
  for (const file of ['CLAUDE.md', 'README.md', '.mcp.json', 'pyproject.toml', 'package.json']) {
    execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', join(directory, file)]);
  }
  expect(await scan.look(directory)).toMatchObject({ hasClaudeMd: false, mcpServers: [] });
  expect(await scan.preview(directory, 40)).toEqual({ claudeMd: null, readme: null });
  expect(await scan.describe(directory)).toBe(`Agent in ${basename(directory)}`);
});

test.each([
  ['nothing', {}, 'Agent in shop'],
  [
    'CLAUDE.md',
    {
      'CLAUDE.md': '# Shop\n\n-- note\nSells things.\n\nFast.\nMore.\n',
      'README.md': 'A readme line that is long enough.',
    },
    'Sells things. Fast.',
  ],
  [
    'a CLAUDE.md of headings',
    {
      'CLAUDE.md': '# Shop\n',
      'README.md': '# Shop\n[![x](y)](z) and so on and on\nshort\nA readme line that is long enough.\n',
    },
    'A readme line that is long enough.',
  ],
  [
    'late lines',
    {
      'CLAUDE.md': `${'\n'.repeat(40)}late`,
      'README.md': `${'\n'.repeat(20)}A readme line that is too late.`,
    },
    'Agent in shop',
  ],
  ['pyproject', { 'pyproject.toml': '[project]\ndescription = "A tool"\n' }, 'A tool | Stack: Python'],
  ['package.json', { 'package.json': '{"description": "A package"}' }, 'A package | Stack: Node.js'],
  ['an empty package description', { 'package.json': '{"description": ""}' }, 'Stack: Node.js'],
  ['a description that is none', { 'package.json': '{"description": {"a": 1}}' }, 'Stack: Node.js'],
  [
    'everything',
    {
      'CLAUDE.md': 'Own.',
      'pyproject.toml': '[project]\ndescription = "Py"',
      'package.json': '{"description": "Js"}',
      '.mcp.json': '{"mcpServers": {"a": {}, "b": {}}}',
      'migrations/1': '',
    },
    'Own. | Py | Js | MCP: a, b | Stack: Python, Node.js | DB: migrations',
  ],
  ['endless text', { 'CLAUDE.md': 'x'.repeat(100_000) }, `${'x'.repeat(500)}…`],
] as const)('a description from %s (R-AD-129)', async (_, files, expected) => {
  expect(await describeProject(files)).toBe(expected);
});

test.each([
  [
    'its own table only',
    '[tool.x]\ndescription = "no"\n[project]\nname = "x"\ndescription = "yes" # c\n',
    'yes',
  ],
  ['poetry', "[tool.poetry]\ndescription = 'lit \\eral'\n", 'lit \\eral'],
  ['project first', '[tool.poetry]\ndescription = "p"\n[project]\ndescription = "yes"\n', 'yes'],
  ['many lines', '[project]\ndescription = """\nfirst \\\n   second\nthird"""\n', 'first second third'],
  [
    'text that looks like a table',
    '[project]\nreadme = """\n[tool.poetry]\ndescription = "no"\n"""\ndescription = "yes"\n',
    'yes',
  ],
  ['lists over lines', '[project]\nkeywords = [\n  "a", # ]\n  ["b"]\n]\ndescription = "y\\u00e9s"\n', 'yés'],
  ['dotted keys', 'project.description = "yes"\n', 'yes'],
  ['quoted keys and spaces', '[ project ]\n"description" = "yes"\n', 'yes'],
  ['no text', '[project]\ndescription = 5\n', 'Stack: Python'],
  ['an open string', '[project]\ndescription = "open\nname = "x"\n', 'open'],
  ['lists of tables', '[[project]]\ndescription = "no"\n', 'Stack: Python'],
])('a TOML description: %s (R-AD-129)', async (_, toml, expected) => {
  const text = await describeProject({ 'pyproject.toml': toml });
  expect(text.split(' | ')[0]).toBe(expected);
});

test('a pyproject of one endless line takes no time', async () => {
  const startedAt = performance.now();
  for (const line of [
    'a.'.repeat(500_000),
    `[${' '.repeat(900_000)}`,
    `a = ${'"'.repeat(900_000)}`,
    '='.repeat(900_000),
  ]) {
    await describeProject({ 'pyproject.toml': line });
  }
  expect(performance.now() - startedAt).toBeLessThan(20_000);
});
