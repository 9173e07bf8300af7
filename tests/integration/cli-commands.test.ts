import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { aFolder, aProject, runCli } from '../helpers/cli.ts';

const CONFIG = `
project: shop
board: board.json
command: echo
routes:
  - { queue_name: Todo, in_progress_queue: Doing, dead_letter_queue: Failed }
temporal: { address: 127.0.0.1:1 }
api_port: 0
`;
const BOARD = { Todo: [{ id: '1', name: 'one', description: 'say \u001b[2Jhello' }], Doing: [], Failed: [] };

/** One command in a fresh project. */
async function check(
  args: readonly string[],
  expected: { exitCode: number; stdout?: RegExp; stderr?: RegExp },
) {
  const { folder, env } = aProject({ config: CONFIG, board: BOARD });
  const result = await runCli(args, { cwd: folder, env });
  expect(result).toMatchObject({ exitCode: expected.exitCode });
  if (expected.stdout !== undefined) expect(result.stdout).toMatch(expected.stdout);
  if (expected.stderr !== undefined) expect(result.stderr).toMatch(expected.stderr);
  return { ...result, folder };
}

describe('help and usage', () => {
  test('help lists every command once, with examples and exit codes', async () => {
    const { stdout } = await check(['--help'], { exitCode: 0, stdout: /Exit codes:.*130 interrupted/s });
    const commands = [...stdout.matchAll(/^ {2}([a-z][a-z-]+)(?= |$)/gm)].map(([, name]) => name);
    expect(commands).toMatchInlineSnapshot(`
      [
        "demo",
        "init",
        "up",
        "worker",
        "serve",
        "down",
        "temporal",
        "status",
        "agents",
        "queues",
        "routes",
        "why",
        "runs",
        "dead-letter",
        "host",
        "audit",
        "job",
        "jobs",
        "result",
        "stats",
        "open",
        "task",
        "session",
        "cancel",
        "run",
        "dialogue",
        "parallel",
        "decision",
        "asset",
        "ask",
        "questions",
        "answer",
        "notices",
        "report",
        "help",
        "resume",
        "pause",
        "unpause",
        "budget",
        "kill",
        "agent",
        "group",
        "gc",
        "cache",
        "ledger",
        "mcp",
        "doctor",
        "config",
        "pricing",
        "completion",
      ]
    `);
  });

  test('each command of a group has help of its own', async () => {
    const { stdout } = await check(['task', 'add', '--help'], { exitCode: 0 });
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: dispatch task add [options] <queue-name> <name> [description]

      Create a task in a queue

      Arguments:
        queue-name                Queue the task is put into
        name                      Name of the task
        description               What is to be done

      Options:
        --labels <values...>      Labels
        --assignees <values...>   Assignees
        --parent-task-id <value>  Task this one comes from
        -h, --help                print help

      Examples:
        $ dispatch task add Todo "Fix the login" "It fails with an empty password"

      Flags of all commands: dispatch --help
      "
    `);
  });

  test('an unknown command or flag gets the nearest one and exit code 2 (R-AD-130)', async () => {
    await check(['taks'], { exitCode: 2, stderr: /Did you mean task\?/ });
    await check(['task', 'list', '--limt', '3'], { exitCode: 2, stderr: /Did you mean --limit\?/ });
  });

  test('a missing argument is exit code 2', () =>
    check(['why'], { exitCode: 2, stderr: /missing required argument/ }));

  test('the version is one line on stdout (R-AD-130)', () =>
    check(['--version'], { exitCode: 0, stdout: /^\d+\.\d+\.\d+\n$/ }));
});

describe('reading without Temporal', () => {
  test('a list is a table for people and one document for machines', async () => {
    const table = await check(['task', 'list'], { exitCode: 0, stdout: /^ID +QUEUE +STATE/ });
    expect(table.stdout).not.toContain('\u001b');
    const { stdout } = await check(['task', 'list', '--json'], { exitCode: 0 });
    expect(JSON.parse(stdout)).toMatchObject([{ id: '1', queue_name: 'Todo', state: 'idle' }]);
  });

  test('text of a task cannot act on the terminal (R-SYS-032)', async () => {
    const { stdout } = await check(['task', 'show', '1'], { exitCode: 0, stdout: /say ␛\[2Jhello/ });
    expect(stdout).not.toContain('\u001b');
  });

  test('a task that is not there is exit code 3, told on stderr alone', async () => {
    const { stdout } = await check(['task', 'show', '99'], { exitCode: 3, stderr: /^error: / });
    expect(stdout).toBe('');
  });

  test('with --json an error is one JSON line on stderr', async () => {
    const { stderr } = await check(['task', 'show', '99', '--json'], { exitCode: 3 });
    expect(JSON.parse(stderr)).toMatchObject({ code: 'task-not-found' });
  });

  test('config shows each value with its origin, flags before the file (R-ARTX-001)', async () => {
    const { stdout } = await check(['config', '--json', '--port', '8123', '--debug'], { exitCode: 0 });
    const { values } = JSON.parse(stdout) as { values: { key: string; value: unknown; from: string }[] };
    expect(values).toContainEqual({ key: 'api_port', value: 8123, from: '--port' });
    expect(values).toContainEqual({ key: 'debug', value: true, from: '--debug' });
    expect(values).toContainEqual({ key: 'project', value: 'shop', from: 'dispatch.yaml:2:1' });
    expect(values).toContainEqual({ key: 'temporal.namespace', value: 'default', from: 'default' });
  });

  test('a broken configuration is exit code 2 and says line and column', async () => {
    const { folder, env } = aProject({ config: 'board: board.json\nmax_retries: many\n' });
    const result = await runCli(['status'], { cwd: folder, env });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toMatch(/dispatch\.yaml:2:1: max_retries/);
  });
});

describe('without Temporal', () => {
  test('kill arms the brake file although nobody can confirm (R-SYS-019)', async () => {
    const { folder } = await check(['kill', 'too', 'expensive'], {
      exitCode: 0,
      stdout: /nothing starts any more/,
    });
    expect(readFileSync(join(folder, '.dispatch', 'kill_switch'), 'utf8')).toBe('1\n');
    expect(readFileSync(join(folder, '.dispatch', 'kill_switch.reason'), 'utf8')).toMatch(
      /^[-\d]+T[:\d]+Z: too expensive\n$/,
    );
  });

  test('a board write says that Temporal does not answer, exit code 69', () =>
    check(['task', 'move', '1', 'Doing'], { exitCode: 69, stderr: /no Temporal server answers/ }));

  test('doctor names what fails and what mends it, exit code 1', async () => {
    const { stdout } = await check(['doctor', '--json'], { exitCode: 1 });
    const { ok, checks } = JSON.parse(stdout) as {
      ok: boolean;
      checks: { name: string; state: string; fix?: string }[];
    };
    expect(ok).toBe(false);
    expect(checks.filter(({ state }) => state === 'failed').map(({ name }) => name)).toEqual(['temporal']);
    expect(checks.find(({ name }) => name === 'temporal')?.fix).toBe('dispatch temporal start');
  });
});

describe('a new project', () => {
  test('init writes a configuration that loads and refuses to replace one', async () => {
    const cwd = aFolder();
    const made = await runCli(['init', '--agent', 'echo hello', '--queue', 'Ready', '--json'], { cwd });
    expect(made.exitCode).toBe(0);
    expect(JSON.parse(made.stdout)).toMatchObject({ command: 'echo hello', board_created: true });
    const again = await runCli(['init', '--yes'], { cwd });
    expect(again).toMatchObject({ exitCode: 4 });
    const queues = await runCli(['queues', '--json'], { cwd });
    expect((JSON.parse(queues.stdout) as { name: string }[]).map(({ name }) => name)).toContain('Ready');
    expect(statSync(join(cwd, '.dispatch')).mode & 0o077).toBe(0);
  });

  test('without a project a command says how to make one', async () => {
    const result = await runCli(['status'], { cwd: aFolder() });
    expect(result).toMatchObject({ exitCode: 2 });
    expect(result.stderr).toMatch(/no dispatch\.yaml.*hint: Make one with: dispatch init/s);
  });

  test('--dir works on another folder', async () => {
    const { folder, env } = aProject({ config: CONFIG, board: BOARD });
    const result = await runCli(['--dir', folder, 'queues', '--json'], { cwd: aFolder(), env });
    expect(JSON.parse(result.stdout)).toContainEqual({ name: 'Todo', task_count: 1 });
  });
});

test('a command inside an agent finds the project it works for', async () => {
  const { folder, env } = aProject({ config: CONFIG, board: BOARD });
  const result = await runCli(['queues', '--json'], {
    cwd: aFolder(),
    env: { ...env, DISPATCH_STATE_DIR: join(folder, '.dispatch') },
  });
  expect(result).toMatchObject({ exitCode: 0 });
});

test('inside a run its project wins over the nearest dispatch.yaml, and a flag over both (R-SYS-022)', async () => {
  const its = aProject({ config: CONFIG, board: BOARD });
  const near = aProject({ config: CONFIG.replace('shop', 'near'), board: {} });
  const env = { ...its.env, DISPATCH_RUN_ID: 'run-1', DISPATCH_STATE_DIR: join(its.folder, '.dispatch') };
  const queues = async (...args: string[]) => {
    const result = await runCli([...args, 'queues', '--json'], { cwd: near.folder, env });
    return JSON.parse(result.stdout) as unknown[];
  };
  expect(await queues()).toHaveLength(3);
  expect(await queues('--dir', near.folder)).toEqual([]);
});

test('help, completion and config load nothing of Temporal', async () => {
  const { folder, env } = aProject({ config: CONFIG, board: BOARD });
  const trap = join(folder, 'trap.mjs');
  writeFileSync(
    trap,
    `import { registerHooks } from 'node:module';
registerHooks({ resolve(name, context, next) {
  if (name.startsWith('@temporalio/')) { console.error('LOADED ' + name); process.exit(99); }
  return next(name, context);
} });`,
  );
  for (const args of [['--help'], ['task', '--help'], ['config'], ['completion', 'bash']]) {
    const result = await runCli(args, { cwd: folder, env: { ...env, NODE_OPTIONS: `--import=${trap}` } });
    expect({ args, exitCode: result.exitCode, stderr: result.stderr }).toMatchObject({ exitCode: 0 });
  }
});
