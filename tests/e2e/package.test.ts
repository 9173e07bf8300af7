import { execFileSync } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { aFolder, cliCommand } from '../helpers/cli.ts';
import { anMcpClient } from '../helpers/mcp-clients.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const isBuilt = existsSync(join(ROOT, 'dist', '.built'));

/** The package as it would be published, unpacked beside the libraries that are installed here. */
function anInstalledPackage(): string {
  const folder = aFolder();
  const words = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const packed = execFileSync('npm', words, {
    ...{ cwd: ROOT, encoding: 'utf8', timeout: 60_000 },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ filename = '' } = {}] = JSON.parse(packed) as { filename?: string }[];
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', folder], { timeout: 60_000 });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'package', 'node_modules'));
  return join(folder, 'package', 'bin', 'dispatch.js');
}

test.skipIf(!isBuilt)(
  'what is packed is whole: the command tells its version and answers MCP with the 21 tools (R-ADX-051, R-AD-002)',
  async () => {
    const program = anInstalledPackage();
    const home = aFolder();
    const env = { HOME: home, XDG_STATE_HOME: join(home, 's'), XDG_CONFIG_HOME: join(home, 'c') };
    const place = cliCommand(['mcp'], { cwd: home, env });
    const said = execFileSync(process.execPath, [program, '--version'], { encoding: 'utf8', env: place.env });
    expect(said).toMatch(/^\d+\.\d+\.\d+/);
    const client = await anMcpClient('legacy', { ...place, args: [program, 'mcp'] });
    expect(client.server().name).toBe('agent-dispatch');
    expect(await client.tools()).toHaveLength(21);
    expect((await client.call('list_groups')).json).toEqual({
      error: 'No groups configured. Create one: agent-dispatch group add <name>',
    });
  },
);
