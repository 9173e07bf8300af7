import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/adapters/config/load-config.ts';
import { defaultProjectDir } from '../../../src/adapters/local/default-project.ts';
import { AppError } from '../../../src/core/errors.ts';
import { aFolder } from './config-folder.ts';

function aHome() {
  const home = aFolder();
  const env = { HOME: home, XDG_STATE_HOME: join(home, 's'), XDG_CONFIG_HOME: join(home, 'c') };
  const dir = defaultProjectDir(env);
  return { home, env, dir, load: () => loadConfig({ cwd: home, dir, env }) };
}

test('the folder of the default project is a project without any file', async () => {
  const { dir, load } = aHome();
  const { settings, file } = await load();
  expect(settings).toMatchObject({
    ...{ project: 'default', baseDir: dir, stateDir: join(dir, '.dispatch'), routes: [] },
    board: { kind: 'json', path: join(dir, 'board.json') },
    pools: { dispatch: 5 },
  });
  expect(file).toBe(join(dir, 'dispatch.yaml'));
});

test('its slots for calls are those of agents.yaml, and the file is one of its files (R-AD-015)', async () => {
  const { home, load } = aHome();
  const folder = join(home, '.config', 'agent-dispatch');
  mkdirSync(folder, { recursive: true });
  const agents = join(folder, 'agents.yaml');
  writeFileSync(agents, 'settings: { max_concurrency: 2 }\nagents: {}\n');
  const loaded = await load();
  expect(loaded.settings.pools).toEqual({ routes: 3, dispatch: 2, roles: 1 });
  expect(loaded.files).toContain(agents);
  writeFileSync(agents, 'settings: [');
  expect((await load()).settings.pools.dispatch).toBe(5);
});

test("a file that is put there counts, and so do the user's own and the environment", async () => {
  const { home, dir, env, load } = aHome();
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'dispatch.yaml'), 'pools: { dispatch: 9 }\n');
  mkdirSync(join(home, 'c', 'dispatch'), { recursive: true });
  writeFileSync(join(home, 'c', 'dispatch', 'dispatch.yaml'), 'temporal: { address: "10.0.0.1:7233" }\n');
  expect((await load()).settings).toMatchObject({
    project: 'default',
    pools: { dispatch: 9 },
    temporal: { address: '10.0.0.1:7233' },
  });
  const other = { ...env, TEMPORAL_ADDRESS: '10.0.0.2:7233' };
  expect((await loadConfig({ cwd: home, dir, env: other })).settings.temporal.address).toBe('10.0.0.2:7233');
});

test('no other folder is a project without a file', async () => {
  const { home, env } = aHome();
  await expect(loadConfig({ cwd: home, dir: home, env })).rejects.toThrow(AppError);
  await expect(loadConfig({ cwd: home, env })).rejects.toThrow(/no dispatch\.yaml/);
});
