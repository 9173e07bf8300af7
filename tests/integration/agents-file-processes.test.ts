import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { anAgentsFolder } from '../helpers/agents-folder.ts';

const WRITER = fileURLToPath(new URL('./agents-file-writer.ts', import.meta.url));
const FLAGS = process.versions.node.startsWith('22.') ? ['--experimental-strip-types'] : [];
const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

function startWriter(...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [...FLAGS, WRITER, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 100_000,
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

test('14 processes edit one file at once, and no edit is lost (R-AD-019, R-ADX-013)', {
  timeout: 120_000,
}, async () => {
  const { registry, path, read } = anAgentsFolder({
    text: '# kept\nagents:\n  # of all\n  shared:\n    directory: /srv\n',
  });
  const names = Array.from({ length: 14 }, (_, index) => `writer${index}`);
  const exits = await Promise.all(
    names.map(async (name) => (await once(startWriter(path, name, '3'), 'exit'))[0] as number),
  );
  expect(exits).toEqual(names.map(() => 0));
  const { agents, warning } = await registry.read();
  const expected = names.flatMap((name) => [0, 1, 2].map((index) => `${name}-${index}`));
  expect([...agents.keys()].toSorted()).toEqual(['shared', ...expected].toSorted());
  expect([warning, read().startsWith('# kept\nagents:\n  # of all\n  shared:\n')]).toEqual([null, true]);
  expect(agents.get('shared')?.instructions).toMatch(/^writer\d+ [012]$/);
  expect(readdirSync(dirname(path)).toSorted()).toEqual(['agents.yaml', 'agents.yaml.lock.db']);
});

test('a lock that is not given back in time is told, and the edit is made all the same (R-ADX-013)', async () => {
  const { registry, path, warnings, read } = anAgentsFolder({ text: '', lockWaitMs: 200 });
  const holder = startWriter(path, 'lock');
  if (holder.stdout === null) throw new Error('no output');
  await once(holder.stdout, 'data');
  await registry.add('a', { directory: '/srv/a' });
  expect(read()).toContain('a:\n    directory: /srv/a\n');
  expect(warnings).toEqual([`${path}.lock.db was not free for 200 ms; editing ${path} without it`]);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  await registry.add('b', { directory: '/srv/b' });
  expect(warnings).toHaveLength(1);
});
