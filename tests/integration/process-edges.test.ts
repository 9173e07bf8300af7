import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createCommandAgent } from '../../src/adapters/agents/command.ts';
import { isAlive, startTimeOf } from '../../src/adapters/process/process-identity.ts';
import { createProcessRunner } from '../../src/adapters/process/run-process.ts';
import type { AgentRequest } from '../../src/core/ports/agent.ts';
import { aFolder, aListener, aRequest, fixtureAgent, runAgent } from '../helpers/agent-run.ts';
import { processesWith } from '../helpers/processes.ts';

const parentEnv = { PATH: process.env.PATH, TEMPORAL_API_KEY: 'secret', INHERITED: 'yes' };
const agent = createCommandAgent({ runner: createProcessRunner(), parentEnv });

function run(fixture: string, fields: Partial<AgentRequest> = {}, listener = aListener()) {
  return runAgent(agent, aRequest({ command: [fixtureAgent(fixture)], ...fields }), listener);
}

/** What the agent says it was given. */
async function record(fields: Partial<AgentRequest>) {
  const folder = aFolder();
  const { outcome, listener } = await run('record.sh', {
    ...fields,
    env: { ...fields.env, FIXTURE_WITNESS: folder },
  });
  expect(outcome.kind).toBe('succeeded');
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const argv = read('argv').split('\0').slice(0, -1);
  return { argv, stdin: read('stdin'), env: read('env').split('\0'), cwd: read('cwd').trim(), listener };
}

test('the prompt with every odd character is one argument, after the route’s own (R-ART-018, R-ART-019)', async () => {
  const ascii = String.fromCharCode(...Array.from({ length: 127 }, (_, index) => index + 1));
  const prompt = `${ascii} $(id) \`id\` "$HOME" 'x' \\ \u{1f600} \u{2028} é\n--flag\n`;
  const { argv, stdin } = await record({ args: ['--model', 'a b', ''], prompt });
  expect(argv).toEqual(['--model', 'a b', '', prompt]);
  expect(stdin).toBe('');
});

test('a prompt cannot pass for an option of the agent (R-SYS-030)', async () => {
  expect((await record({ prompt: '--dangerous' })).argv).toEqual([' --dangerous']);
});

test.each([131_071, 131_072, 3_000_000])(
  'a prompt of %i bytes arrives whole, by stdin when it is too long',
  async (size) => {
    const prompt = 'é'.repeat(size / 2).padEnd(size - Math.floor(size / 2), 'x');
    const { argv, stdin } = await record({ prompt });
    expect(Buffer.byteLength(prompt)).toBe(size);
    expect(size < 131_072 ? argv[0] : stdin).toBe(prompt);
  },
);

test('by stdin on request', async () => {
  expect(await record({ prompt: 'by pipe', promptVia: 'stdin' })).toMatchObject({
    argv: [],
    stdin: 'by pipe',
  });
});

test('environment, working directory and process are as they were told (R-ART-044, R-ART-047, R-ART-051)', async () => {
  const { env, cwd, listener } = await record({ env: { TASK_ID: 'T-1' }, cwd: '/usr' });
  expect(env).toContain('INHERITED=yes');
  expect(env).toContain('TASK_ID=T-1');
  expect(env.filter((line) => line.startsWith('TEMPORAL_'))).toEqual([]);
  expect(cwd).toBe('/usr');
  const process = listener.spawned[0]!;
  expect(process.envKeys).toEqual(expect.arrayContaining(['DISPATCH_RUN_ID', 'INHERITED', 'TASK_ID']));
  expect(process.argv[0]).toBe(fixtureAgent('record.sh'));
  expect(isAlive(process)).toBe(false);
});

test('lines of both pipes become events, without line ends (R-ART-043)', async () => {
  const { listener } = await run('exit-code.sh', { env: { FIXTURE_CODE: '9' } });
  expect(listener.texts('stdout')).toEqual(['leaving with 9']);
  expect(listener.texts('stderr')).toEqual(['a complaint']);
});

test('an agent’s own exit 143 is no death by TERM (R-ART-064)', async () => {
  const own = await run('exit-code.sh', { env: { FIXTURE_CODE: '143' } });
  expect(own.outcome).toMatchObject({ kind: 'failed', reason: 'exited with code 143', exitCode: 143 });
  const term = await run('die-by-signal.sh', { env: { FIXTURE_SIGNAL: 'TERM' } });
  expect(term.outcome).toMatchObject({
    kind: 'failed',
    reason: 'killed by signal SIGTERM',
    signal: 'SIGTERM',
  });
});

test('an agent that suspends itself ends all the same (R-ART-054)', async () => {
  const { outcome, tookMs } = await run('stop-itself.sh', { silenceMs: 300 });
  expect(outcome.kind).toBe('stalled');
  expect(tookMs).toBeLessThan(5_000);
});

test('an agent that does not want its long input is no error', async () => {
  const fields = { prompt: 'x'.repeat(2_000_000), promptVia: 'stdin' } as const;
  expect((await run('close-stdin.sh', fields)).outcome.kind).toBe('succeeded');
});

test('an exit in the middle of a line keeps what was written', async () => {
  const { outcome } = await run('exit-while-writing.sh');
  expect(outcome).toMatchObject({ kind: 'failed', exitCode: 4 });
  expect(outcome.tail).toContain('half a line');
});

test.each([
  ['a NUL in the prompt', { prompt: 'a\0b' }, /NUL/],
  ['too many arguments', { args: Array.from({ length: 60 }, () => 'x'.repeat(130_000)) }, /too long/],
  ['a folder as command', { command: ['/usr'] }, /not an executable file/],
  ['no command', { command: [] }, /command not found|could not start/],
  [
    'a missing working directory',
    { cwd: '/no/such/folder' },
    /^Directory does not exist: \/no\/such\/folder$/,
  ],
  ['code by environment', { env: { LD_PRELOAD: 'x.so' } }, /may not set LD_PRELOAD/],
  [
    'exit code 127',
    { env: { FIXTURE_CODE: '127' } },
    /exited with code 127 \(command not found: .*exit-code\.sh\)/,
  ],
  [
    'exit code 126',
    { env: { FIXTURE_CODE: '126' } },
    /exited with code 126 \(not executable: .*exit-code\.sh\)/,
  ],
])('%s fails with a reason, and no retry can mend it', async (_what, fields, reason) => {
  const { outcome } = await run('exit-code.sh', { ...(fields as Partial<AgentRequest>) });
  expect(outcome).toMatchObject({ kind: 'failed', retryable: false, reason: expect.stringMatching(reason) });
});

test('without free file descriptors a run fails for now, and the worker lives on', () => {
  const script = new URL('../fixtures/workers/exhaust-files.ts', import.meta.url).pathname;
  const { stdout } = spawnSync(
    'sh',
    ['-c', `ulimit -n 110 && exec "$@"`, 'x', process.execPath, script, aFolder()],
    {
      encoding: 'utf8',
      timeout: 60_000,
    },
  );
  const kinds = JSON.parse(stdout);
  expect(kinds.succeeded).toBeGreaterThan(0);
  expect(kinds.retryable).toBeGreaterThan(0);
  expect(kinds.other).toBe(0);
});

test('a state directory that cannot be written is our fault, not the agent’s', async () => {
  const folder = aFolder();
  writeFileSync(join(folder, 'file'), '');
  const listener = aListener();
  const running = run('done.sh', { outputPath: join(folder, 'file', 'run.log') }, listener);
  await expect(running).rejects.toMatchObject({ code: 'storage-failed' });
  expect(listener.spawned).toEqual([]);
});

test('a listener that throws takes its agent down with it', async () => {
  const listener = aListener();
  const request = aRequest({ command: [fixtureAgent('hang.sh')] });
  mkdirSync(join(request.cwd, 'output'));
  const io = {
    ...listener.io,
    onEvent() {
      throw new Error('a bug of ours');
    },
  };
  await expect(agent.run(request, io)).rejects.toThrow('a bug of ours');
  expect(processesWith(request.runId)).toEqual([]);
});

test('a start time belongs to one process only (R-SYS-033)', () => {
  expect(startTimeOf(process.pid)).toMatch(/^\d+$/);
  expect(isAlive({ pid: process.pid, startTime: startTimeOf(process.pid)! })).toBe(true);
  expect(isAlive({ pid: process.pid, startTime: '1' })).toBe(false);
  expect(startTimeOf(2 ** 22 + 1)).toBeNull();
});
