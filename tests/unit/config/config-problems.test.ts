import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/adapters/config/load-config.ts';
import { aFolder, load, problemsOf } from './config-folder.ts';

const check = async (text: string, ...expected: string[]) => expect(await problemsOf(text)).toEqual(expected);

test('a timeout of 0 is refused with line and column (R-ART-053)', () =>
  check(
    'board: b.json\ncommand: x\nroutes:\n  - queue_name: Todo\n    timeout: 0\n',
    'dispatch.yaml:5:5: routes[0].timeout: must be a positive number of seconds (at most 604800) or "none"',
  ));

test('wrong types name what the value must be, and all of them are told at once (R-ART-001)', () =>
  check(
    `board: b.json
command: x
poll_interval: often
max_concurrent_agents: 0
api_port: 99999
hosts: mny
debug: "yes"
routes:
  - queue_name: Todo
    args: -p
    priority: 1.5
    env: { COUNT: 3 }
    on_external_move: kep
    agent: enginer
agents:
  engineer: [claude]
`,
    'dispatch.yaml:3:1: poll_interval: must be a positive number of seconds (at most 604800)',
    'dispatch.yaml:4:1: max_concurrent_agents: must be a whole number from 1 to 1000',
    'dispatch.yaml:5:1: api_port: must be a port number from 0 (any free port) to 65535',
    'dispatch.yaml:6:1: hosts: must be single or many (did you mean many?)',
    'dispatch.yaml:7:1: debug: must be true or false',
    'dispatch.yaml:10:5: routes[0].args: must be a list of texts',
    'dispatch.yaml:11:5: routes[0].priority: must be a whole number; lower runs first',
    'dispatch.yaml:12:12: routes[0].env.COUNT: must be a text; quote numbers and true/false',
    'dispatch.yaml:13:5: routes[0].on_external_move: must be keep or cancel (did you mean keep?)',
    'dispatch.yaml:14:5: routes[0].agent: unknown agent "enginer" (known: engineer) (did you mean engineer?)',
  ));

test('two routes for one queue are refused (R-ART-022)', () =>
  check(
    'board: b.json\ncommand: x\nroutes:\n  - queue_name: Todo\n  - queue: Todo\n',
    'dispatch.yaml:5:5: routes[1].queue_name: queue "Todo" already has a route: routes[0]',
  ));

test('a route without anything to run is named (R-ART-003)', () =>
  check(
    'board: b.json\nroutes:\n  - queue_name: Todo\n',
    'dispatch.yaml:3:5: routes[0]: route "Todo" has no command: give it a command or an agent, or set command for all routes',
  ));

test('a field given under both of its names is refused, and a route needs a queue', () =>
  check(
    'board: b.json\ncommand: x\nroutes:\n  - queue_name: A\n    queue: B\n  - prompt: hello\n',
    'dispatch.yaml:5:5: routes[0].queue: is another name of queue_name, which is given too: keep one of them',
    'dispatch.yaml:6:5: routes[1].queue_name: is missing',
  ));

test('an unknown placeholder of a prompt is an error when the file is read (R-ART-024)', () =>
  check(
    'board: b.json\ncommand: x\nroutes:\n  - queue_name: A\n    prompt: "Do {task_nam}"\n',
    'dispatch.yaml:5:5: routes[0].prompt: unknown placeholder {task_nam} (did you mean {task_name}?)',
  ));

test('a command with an open quote is refused', () =>
  check(
    `board: b.json\ncommand: "claude 'oops"\nroutes: []\n`,
    "dispatch.yaml:2:1: command: the quote ' is never closed",
  ));

test('max_concurrent_agents and pools.routes must agree', () =>
  check(
    'board: b.json\nmax_concurrent_agents: 2\npools: { routes: 3 }\n',
    'dispatch.yaml:3:10: pools.routes: is max_concurrent_agents, which says 2: keep one of them',
  ));

test('a project name cannot leave its place', () =>
  check(
    'project: ../../etc\nboard: b.json\n',
    'dispatch.yaml:1:1: project: must be 1 to 64 letters, digits, ".", "_" or "-", beginning with a letter or digit',
  ));

test('a file without board says how to name one (R-ART-008)', async () => {
  expect(await problemsOf('command: x\n')).toEqual([
    'dispatch.yaml:1:1: board: is missing, for example: board: board.json',
  ]);
  expect(await problemsOf('')).toEqual([expect.stringContaining('board: is missing')]);
});

test('broken YAML names line and column', async () => {
  for (const text of [
    'routes:\n  - a: [1, 2\nb: 3\n',
    'a: 1\na: 2\n',
    '{"a": }}',
    'a: b: c\n',
    '--- 1\n--- 2\n',
  ]) {
    const [first] = await problemsOf(text);
    expect(first).toMatch(/^dispatch\.yaml:\d+:\d+: \S/);
  }
  expect(await problemsOf('- a\n- b\n')).toEqual(['dispatch.yaml:1:1: must be a map of keys to values']);
});

test('a small file of aliases that would grow without bound is refused', async () => {
  const rows = Array.from({ length: 9 }, (_, row) => {
    const items = Array.from({ length: 9 }, () => (row === 0 ? '"x"' : `*a${row - 1}`));
    return `a${row}: &a${row} [${items.join(', ')}]`;
  });
  expect((await problemsOf(rows.join('\n')))[0]).toMatch(/alias/i);
});

test('at most 20 problems are listed, and the rest is counted', async () => {
  const routes = Array.from({ length: 30 }, (_, index) => `  - { queue_name: Q${index}, timeout: -1 }`);
  const lines = await problemsOf(`board: b.json\ncommand: x\nroutes:\n${routes.join('\n')}\n`);
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toBe('and 10 more');
});

test('too large, not UTF-8 and doubled files are refused', async () => {
  const cases: readonly (readonly [Record<string, string | Uint8Array>, RegExp])[] = [
    [{ 'dispatch.yaml': '# '.padEnd(1024 * 1024 + 1, 'x') }, /larger than 1048576 bytes/],
    [{ 'dispatch.yaml': new Uint8Array([0x61, 0x3a, 0xff, 0xfe]) }, /not UTF-8/],
    [
      { 'dispatch.yaml': 'board: a\n', 'dispatch.yml': 'board: a\n' },
      /dispatch\.yaml and dispatch\.yml: keep one/,
    ],
  ];
  for (const [files, message] of cases) {
    const cwd = aFolder(files);
    await expect(loadConfig({ cwd, env: {} })).rejects.toMatchObject({
      code: 'invalid-config',
      message: expect.stringMatching(message),
    });
  }
});

test('unknown keys are ignored and told, near misses louder (R-ART-079)', async () => {
  const { notes } = await load(
    'board: b.json\npol_interval: 3\nmy_own: 1\nx-note: 1\ncommand: x\nroutes:\n  - { queue_name: A, promt: hi }\n',
  );
  expect(notes).toEqual([
    {
      level: 'warning',
      text: 'dispatch.yaml:2:1: pol_interval: unknown key, ignored (did you mean poll_interval?)',
    },
    { level: 'debug', text: 'dispatch.yaml:3:1: my_own: unknown key, ignored' },
    {
      level: 'warning',
      text: 'dispatch.yaml:7:22: routes[0].promt: unknown key, ignored (did you mean prompt?)',
    },
  ]);
});

test('a file that everybody may write is told', async () => {
  const cwd = aFolder({ 'dispatch.yaml': 'board: b.json\n' });
  chmodSync(join(cwd, 'dispatch.yaml'), 0o666);
  const { notes } = await loadConfig({ cwd, env: {} });
  expect(notes).toMatchObject([{ level: 'warning', text: expect.stringContaining('chmod o-w') }]);
});

test('beyond loopback the variable with the token must be set, and the error names it (R-ART-078)', async () => {
  const open = 'board: b.json\napi_host: 0.0.0.0\napi: { token_env: SHOP_TOKEN }\n';
  expect(await problemsOf(open)).toEqual([
    'dispatch.yaml:2:1: api_host: "0.0.0.0" can be reached from other machines: put a token into the environment variable SHOP_TOKEN',
  ]);
  expect((await load(open, { env: { SHOP_TOKEN: 's3cret' } })).settings.api.tokenEnv).toBe('SHOP_TOKEN');
  const { notes } = await load(open, { listens: false });
  expect(notes).toMatchObject([{ level: 'warning' }]);
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost', '[::1]']) {
    await load(`board: b.json\napi_host: "${host}"\n`);
  }
});

test('flags and environment are checked like the file, and say their own name', async () => {
  const options = {
    env: { DISPATCH_POLL_INTERVAL: 'soon', DISPATCH_DEBUG: 'maybe' },
    flags: { api_port: '70000' },
  };
  expect(await problemsOf('board: b.json\n', options)).toEqual([
    'environment variable DISPATCH_POLL_INTERVAL: poll_interval: must be a positive number of seconds (at most 604800)',
    'environment variable DISPATCH_DEBUG: debug: must be true or false',
    '--port: api_port: must be a port number from 0 (any free port) to 65535',
  ]);
  const { settings, notes } = await load('board: b.json\n', {
    env: {
      DISPATCH_DEBUG: 'ON',
      DISPATCH_POL_INTERVAL: '1',
      DISPATCH_RUN_ID: 'x',
      TEMPORAL_ADDRESS: 'h:7233',
      DISPATCH_HOSTS: '',
    },
  });
  expect(settings).toMatchObject({ debug: true, hosts: 'single', temporal: { address: 'h:7233' } });
  expect(notes).toMatchObject([{ text: expect.stringContaining('did you mean DISPATCH_POLL_INTERVAL?') }]);
});
