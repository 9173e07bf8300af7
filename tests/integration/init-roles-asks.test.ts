import { chmodSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { CliIo } from '../../src/cli/io.ts';
import { initRoles } from '../../src/cli/scaffold/init-roles.ts';
import { aFolder } from '../helpers/cli.ts';

const OPTIONS = { force: false, nonInteractive: false, noChat: true };

/** A person at a terminal who types these lines, each when asked. */
function aPerson(cwd: string, lines: readonly string[], path = '/nowhere') {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stdout = Object.assign(new PassThrough(), { isTTY: true });
  let shown = '';
  const typed = [...lines];
  stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    if (/\]: $/.test(text)) stdin.write(`${typed.shift() ?? ''}\n`);
  });
  const stop = {
    signal: new AbortController().signal,
    unread: new AbortController().signal,
    takeOver: () => undefined,
  };
  const io = { stdin, stdout, stderr: new PassThrough(), env: { PATH: path }, cwd, stop } as unknown as CliIo;
  // Without the cursor movements of a line editor.
  return { io, shown: () => stripVTControlCharacters(shown) };
}

const written = (folder: string) => parse(readFileSync(join(folder, 'producer.yaml'), 'utf8'));

test('a person is asked three things in this order; Enter takes what is suggested, a dash means none (R-PROD-003)', async () => {
  const folder = join(aFolder(), 'shop');
  const { io, shown } = aPerson(folder, ['Web Shop', '-', '']);
  expect(await initRoles(io, { ...OPTIONS, dir: folder })).toBe(0);
  expect(shown()).toMatch(
    /^Project name \[shop\]: .*ntfy\.sh topic \[shop-[0-9a-f]{8}\]: .*Notification subject prefix \[shop\]: /s,
  );
  expect(written(folder)).toMatchObject({
    project_name: 'Web Shop',
    notifications: { ntfy_topic: '', subject_prefix: 'shop' },
  });
});

test('then Claude Code gets the terminal, in the folder of the project (R-PROD-008)', async () => {
  const [bin, folder] = [aFolder(), join(aFolder(), 'shop')];
  mkdirSync(folder);
  const said = join(bin, 'said');
  writeFileSync(join(bin, 'claude'), `#!/bin/sh\npwd -P > ${said}\nprintf '%s\\n' "$@" >> ${said}\nexit 7\n`);
  chmodSync(join(bin, 'claude'), 0o755);
  const { io, shown } = aPerson(aFolder(), [], `${bin}:/usr/bin:/bin`);
  expect(await initRoles(io, { ...OPTIONS, dir: folder, noChat: false })).toBe(7);
  expect(shown()).toContain(`Handing off to claude in ${folder}…`);
  const [where, ...argv] = readFileSync(said, 'utf8').trimEnd().split('\n');
  expect(where).toBe(realpathSync(folder));
  expect(argv).toEqual([
    '--append-system-prompt',
    expect.stringContaining('ONBOARDING.md'),
    '--permission-mode',
    'acceptEdits',
  ]);
});

test('without claude, or when it cannot be started, the project is ready all the same (R-PROD-008)', async () => {
  const none = aPerson(aFolder(), []);
  expect(await initRoles(none.io, { ...OPTIONS, noChat: false })).toBe(0);
  expect(none.shown()).toMatch(/claude is not on PATH.*ONBOARDING\.md/);
  const bin = aFolder();
  writeFileSync(join(bin, 'claude'), '#!/nowhere/interpreter\n');
  chmodSync(join(bin, 'claude'), 0o755);
  const broken = aPerson(aFolder(), [], bin);
  expect(await initRoles(broken.io, { ...OPTIONS, noChat: false })).toBe(0);
  expect(broken.shown()).toMatch(/Failed to launch claude: .*\n.*ONBOARDING\.md/);
});

test('a role’s prompt has the sections its readers know (R-PROD-093)', async () => {
  const folder = aFolder();
  await initRoles(aPerson(folder, []).io, OPTIONS);
  const headings = readFileSync(join(folder, 'agents/code/system_prompt.md'), 'utf8').match(/^## .*$/gm);
  expect(headings).toEqual([
    '## Mission',
    '## What you must read first',
    '## Hard rules',
    '## Output discipline',
    '## Ledger discipline',
    '## Queue self-replenishment — REQUIRED for autonomous operation',
    '## Stop condition',
  ]);
});
