import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aFolder, runCli } from '../helpers/cli.ts';

interface Check {
  readonly name: string;
  readonly state: string;
  readonly text: string;
  readonly fix?: string;
}

test('doctor reads the prompts of roles and names role, file, line and fix, as warnings (R-PROD-094)', async () => {
  const folder = aFolder();
  const home = join(folder, 'home');
  mkdirSync(home);
  const env = { HOME: home, XDG_STATE_HOME: join(home, 'state'), XDG_CONFIG_HOME: join(home, 'config') };
  const cwd = join(folder, 'team');
  const init = ['init', '--dir', cwd, '--non-interactive', '--no-chat'];
  expect(await runCli(init, { cwd: folder, env, program: 'producer' })).toMatchObject({ exitCode: 0 });
  appendFileSync(join(cwd, 'agents/code/system_prompt.md'), '\nLook at `producer ui`, {{company}}.\n');

  const { stdout } = await runCli(['doctor', '--json'], { cwd, env });
  const { checks } = JSON.parse(stdout) as { checks: readonly Check[] };
  const prompts = checks.filter(({ name }) => name.startsWith('prompt of '));
  expect(new Set(prompts.map(({ name, state }) => `${name}: ${state}`))).toEqual(
    new Set([
      ...['prompt of producer: warning', 'prompt of code: warning', 'prompt of qa: warning'],
      'prompt of wakeup: ok',
    ]),
  );
  const ofCode = prompts.filter(({ name }) => name === 'prompt of code').map(({ text }) => text);
  expect(ofCode).toContain('agents/code/system_prompt.md:6: "## Mission" says nothing');
  expect(prompts).toContainEqual({
    ...{ name: 'prompt of code', state: 'warning', fix: 'see producer --help' },
    text: 'agents/code/system_prompt.md:54: "producer" has no command "ui"',
  });

  const told = await runCli(['doctor'], { cwd, env, program: 'producer' });
  expect(told.stdout).toContain(
    'prompt of code: agents/code/system_prompt.md:54: {{company}} is filled in by nobody',
  );
});
