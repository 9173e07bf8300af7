import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createAgentsFileEditor } from '../../src/adapters/agents-file/edit-agents-file.ts';
import { addEntry } from '../../src/adapters/agents-file/edit-document.ts';
import { anAgentsFolder } from '../helpers/agents-folder.ts';

const BEFORE = 'agents:\n  a:\n    directory: /a\n';
const THEIRS = '  theirs:\n    directory: /theirs\n';
const OURS = '  ours:\n    directory: /ours\n';

/** Adds an agent while somebody without our lock does something to the file, once. */
async function editDuring(interfere: (path: string) => void): Promise<string> {
  const { path, read } = anAgentsFolder({ text: BEFORE });
  const edit = createAgentsFileEditor({ place: { path, ownsFolder: true }, onWarning: () => {} });
  let isFirst = true;
  await edit((document) => {
    addEntry(document, 'agents', 'ours', { directory: '/ours' });
    if (isFirst) interfere(path);
    isFirst = false;
  });
  return read();
}

test.each([
  ['writes into it', (path: string) => appendFileSync(path, THEIRS)],
  [
    'replaces it',
    (path: string) => {
      writeFileSync(`${path}.new`, BEFORE + THEIRS);
      renameSync(`${path}.new`, path);
    },
  ],
])('an editor that %s during an edit loses nothing (R-ADX-013)', async (_, interfere) => {
  expect(await editDuring(interfere)).toBe(BEFORE + THEIRS + OURS);
});

test('what a killed writer left behind is in nobody’s way', async () => {
  const { registry, path } = anAgentsFolder({ text: BEFORE });
  writeFileSync(join(dirname(path), '.agents.yaml.tmp'), 'half of a f');
  await registry.add('ours', { directory: '/ours' });
  expect(readdirSync(dirname(path)).toSorted()).toEqual(['agents.yaml', 'agents.yaml.lock.db']);
});

test('a place that cannot be written to is named, with what helps', async () => {
  const { registry, path, folder } = anAgentsFolder();
  writeFileSync(dirname(path), 'a file where the folder should be');
  await expect(registry.add('a', { directory: '/a' })).rejects.toMatchObject({
    code: 'storage-failed',
    message: expect.stringContaining(`Cannot write ${path}`),
    hint: expect.stringContaining('AGENT_DISPATCH_CONFIG'),
  });
  expect(existsSync(join(folder, 'config'))).toBe(true);
});

test('an edit that would make the file too large is refused, and the file stays', async () => {
  const { registry, read } = anAgentsFolder({ text: BEFORE });
  const instructions = 'x'.repeat(1_100_000);
  await expect(registry.update('a', { instructions })).rejects.toThrow(
    'would become larger than 1048576 bytes',
  );
  expect(read()).toBe(BEFORE);
});

test('a hundred edits of one process at once are all made', async () => {
  const { registry } = anAgentsFolder();
  const names = Array.from({ length: 100 }, (_, index) => `a${index}`);
  await Promise.all(names.map((name) => registry.add(name, { directory: '/a' })));
  expect([...(await registry.read()).agents.keys()]).toEqual(names);
});

test('a folder made for the file is for its owner alone (R-AD-019)', async () => {
  const { registry, path } = anAgentsFolder();
  mkdirSync(dirname(path), { mode: 0o755 });
  await registry.add('a', { directory: '/a' });
  expect((statSync(dirname(path)).mode & 0o777).toString(8)).toBe('700');
});
