import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { aFolder, runCli, startCli } from '../helpers/cli.ts';
import { processesWith } from '../helpers/processes.ts';

interface DemoDocument {
  readonly ok: boolean;
  readonly tasks: readonly { readonly ok: boolean; readonly queue_name: string; readonly runs: number }[];
  readonly url: string;
  readonly ui: string;
}

test('the demo ends every task as it should and leaves nothing behind (R-SYS-014)', async () => {
  const cwd = aFolder();
  const begun = performance.now();
  const { exitCode, stdout, stderr } = await runCli(['demo', '--json'], { cwd, env: { TMPDIR: cwd } });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const result = JSON.parse(stdout) as DemoDocument;
  expect(result.ok).toBe(true);
  expect(result.tasks.map(({ queue_name, runs }) => [queue_name, runs])).toEqual([
    ['Done', 1],
    ['Done', 2],
    ['Done', 3],
    ['Done', 2],
    ['Failed', 2],
  ]);
  expect(performance.now() - begun).toBeLessThan(60_000);
  expect(processesWith(`${cwd}/dispatch-demo-`)).toEqual([]);
});

test('an interrupted demo ends with 130 and takes its server along', async () => {
  const cwd = aFolder();
  const demo = startCli(['demo'], { cwd, env: { TMPDIR: cwd } });
  const [, folder = ''] = await demo.says(/Folder +(\S+)/, 60_000);
  demo.child.kill('SIGINT');
  expect(await demo.ended).toMatchObject({ exitCode: 130 });
  expect(processesWith(folder)).toEqual([]);
  expect(existsSync(folder)).toBe(false);
});

test('a wrong number of tasks is exit code 2', async () => {
  expect(await runCli(['demo', '--tasks', '0'], { cwd: aFolder() })).toMatchObject({ exitCode: 2 });
});
