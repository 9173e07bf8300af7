import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/adapters/config/load-config.ts';
import { watchConfig } from '../../src/adapters/config/watch-config.ts';
import type { Settings } from '../../src/core/schema/settings.ts';
import { aFolder } from '../unit/config/config-folder.ts';

const FILE = 'board: b.json\ncommand: x\npoll_interval: 10\n';

async function aWatch() {
  const folder = aFolder({
    'dispatch.yaml': FILE,
    'home/.config/dispatch/dispatch.yaml': 'max_retries: 1\n',
  });
  const load = { cwd: folder, env: { HOME: join(folder, 'home') } };
  const heard: { settings: Settings[]; restart: (readonly string[])[]; problems: (string | null)[] } = {
    settings: [],
    restart: [],
    problems: [],
  };
  const watch = await watchConfig({
    load,
    current: await loadConfig(load),
    onChange(settings, { needRestart }) {
      heard.settings.push(settings);
      heard.restart.push(needRestart);
    },
    onProblem: (problem) => heard.problems.push(problem === null ? null : problem.message),
  });
  onTestFinished(() => watch.close());
  const write = (text: string): void => {
    // As editors do: a new file takes the place of the old one.
    writeFileSync(join(folder, '.dispatch.yaml.new'), text);
    renameSync(join(folder, '.dispatch.yaml.new'), join(folder, 'dispatch.yaml'));
  };
  return { folder, heard, watch, write };
}

const soon = { timeout: 10_000, interval: 20 };

test('a saved file is taken up by itself', async () => {
  const { heard, write } = await aWatch();
  write(`${FILE}max_concurrent_agents: 7\n`);
  await expect.poll(() => heard.settings.length, soon).toBe(1);
  expect(heard.settings[0]).toMatchObject({ pools: { routes: 7 }, defaults: { maxRetries: 1 } });
  expect(heard.restart).toEqual([[]]);
});

test('a bad file keeps the last good settings and says line and column; a good one says that it is well', async () => {
  const { heard, write } = await aWatch();
  write(`${FILE}max_retries: -1\n`);
  await expect
    .poll(() => heard.problems, soon)
    .toEqual(['dispatch.yaml:4:1: max_retries: must be a whole number from 0 to 1000']);
  expect(heard.settings).toEqual([]);
  write(`${FILE}max_retries: 2\n`);
  await expect.poll(() => heard.settings.length, soon).toBe(1);
  expect(heard.problems).toHaveLength(2);
  expect(heard.problems[1]).toBeNull();
  expect(heard.settings[0]?.defaults.maxRetries).toBe(2);
});

test('unchanged content is no event, nor is a changed comment', async () => {
  const { heard, write, watch } = await aWatch();
  write(FILE);
  await watch.check();
  write(`# hello\n${FILE}`);
  await watch.check();
  expect(heard).toEqual({ settings: [], restart: [], problems: [] });
});

test('what a running process was built on waits for a restart and is named', async () => {
  const { heard, write, watch, folder } = await aWatch();
  write('board: other.json\ncommand: x\napi_port: 9\nhosts: many\nmax_retries: 3\n');
  await watch.check();
  expect(heard.restart).toEqual([['board', 'api_port', 'hosts']]);
  expect(heard.settings[0]).toMatchObject({
    board: { path: join(folder, 'b.json') },
    api: { port: 8000 },
    hosts: 'single',
    defaults: { maxRetries: 3 },
  });
});

test('a file that is gone is a problem, and no file from a folder above takes its place', async () => {
  const { heard, watch, folder } = await aWatch();
  rmSync(join(folder, 'dispatch.yaml'));
  await watch.check();
  expect(heard.problems).toEqual([expect.stringContaining(`no dispatch.yaml in ${folder}`)]);
  writeFileSync(join(folder, 'dispatch.yaml'), FILE);
  await watch.check();
  expect(heard.problems.at(-1)).toBeNull();
  expect(heard.settings).toEqual([]);
});

test('the file of the user is watched too', async () => {
  const { heard, folder } = await aWatch();
  writeFileSync(join(folder, 'home/.config/dispatch/dispatch.yaml'), 'max_retries: 4\n');
  await expect.poll(() => heard.settings.at(-1)?.defaults.maxRetries, soon).toBe(4);
});
