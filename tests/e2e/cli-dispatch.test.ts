import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { aClaudeProject } from '../helpers/claude-project.ts';
import { aProject, cliCommand, runCli, startCli } from '../helpers/cli.ts';
import { type TestProject, until } from '../helpers/project.ts';
import { temporalAddress } from '../helpers/temporal-server.ts';

/** The command line of somebody who works in this project. */
const terminalOf = ({ dir }: TestProject, env: Readonly<Record<string, string>> = {}) => {
  const options = { cwd: dir, env: { HOME: dir, XDG_STATE_HOME: join(dir, 'state'), ...env } };
  return {
    run: (...args: string[]) => runCli(args, options),
    start: (...args: string[]) => startCli(args, options),
  };
};

/** A project with agents of one line each beside those of agents.yaml. */
const AGENTS = {
  echo: 'echo "done: $1"',
  bad: 'echo broken >&2; exit 3',
  wait: 'echo at work; while [ ! -e go ]; do sleep 0.05; done; echo "gone on"',
};

describe('dispatch run', () => {
  test('shows what the agent does, then its answer, and ends as it ended (R-AD-067, R-AD-086)', async () => {
    const { run } = terminalOf(
      await aClaudeProject({ infra: { scenario: 'success', text: 'All is well.' } }, { agents: AGENTS }),
    );
    const good = await run('run', 'infra', 'look', '--goal', 'sleep well');
    expect(good).toMatchObject({ exitCode: 0, stdout: 'All is well.\n' });
    expect(good.stderr).toMatch(/^ {2}-> /m);
    expect(good.stderr).toMatch(/^--- Cost: \$\d+\.\d{4} \| Turns: \d+/m);
    const bad = await run('run', 'bad', 'look');
    expect(bad.exitCode).toBe(1);
    expect(bad.stderr).toMatch(/^error: .*broken/m);
    const json = await run('run', 'echo', 'hi', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ agent: 'echo', success: true, result: 'done: hi' });
    const nobody = await run('run', 'nobody', 'hi');
    expect(nobody).toMatchObject({ exitCode: 3, stdout: '' });
    expect(nobody.stderr).toContain("Unknown agent: 'nobody'. Available: ");
  });

  test('ends with 124 when the agent took too long (R-AD-048)', async () => {
    const { run } = terminalOf(await aClaudeProject({ slow: { result: null, end: 'hang' } }));
    const late = await run('run', 'slow', 'look', '--timeout', '10');
    expect(late).toMatchObject({ exitCode: 124 });
    expect(late.stderr).toMatch(/^error: Agent 'slow' timed out after 10s\./m);
  });

  test('begins a job that is waited for and called off elsewhere (R-AD-099, R-AD-106, R-AD-107)', async () => {
    const p = await aClaudeProject({}, { agents: AGENTS });
    const { run, start } = terminalOf(p);
    const begun = await run('run', 'wait', 'one', '--async');
    expect(begun.stdout).toMatch(/^[0-9a-f]{32}\n$/);
    const id = begun.stdout.trim();
    const waiting = start('job', id, '--wait');
    writeFileSync(join(p.dir, 'go'), '');
    expect(await waiting.ended).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('gone on') });
    expect(await run('cancel', id)).toMatchObject({ stdout: 'Job already done; nothing to cancel.\n' });
  });

  test('is left by Ctrl-C while the work goes on (R-SYS-006)', async () => {
    const p = await aClaudeProject({}, { agents: AGENTS });
    const { run, start } = terminalOf(p);
    const running = start('run', 'wait', 'one');
    await running.says(/-> at work/);
    running.child.kill('SIGINT');
    const left = await running.ended;
    expect(left).toMatchObject({ exitCode: 130 });
    const id = /dispatch job ([0-9a-f]{32})/.exec(left.stderr)?.[1] ?? '';
    writeFileSync(join(p.dir, 'go'), '');
    expect(await run('job', id, '--wait')).toMatchObject({ exitCode: 0 });
  });
});

test('a conversation is begun, gone on with and listed (R-AD-075, R-AD-077)', async () => {
  const { run } = terminalOf(await aClaudeProject({ talk: {} }));
  const first = await run('session', 'talk', 'one', '--json');
  const { session_id } = JSON.parse(first.stdout) as { session_id: string };
  expect(await run('session', 'talk', '--resume', session_id, 'two')).toMatchObject({ exitCode: 0 });
  const listed = JSON.parse((await run('session', 'list', '--json')).stdout) as unknown;
  expect(listed).toMatchObject([{ session_id, agent: 'talk', turns: 2 }]);
  expect(await run('session', 'talk')).toMatchObject({ exitCode: 2 });
});

test('calls side by side come from a file, their answers in order (R-AD-081)', async () => {
  const p = await aClaudeProject({}, { agents: AGENTS });
  const { run } = terminalOf(p);
  const calls = ['one', 'two'].map((task) => ({ agent: 'echo', task }));
  writeFileSync(join(p.dir, 'calls.json'), JSON.stringify(calls));
  const good = await run('parallel', 'calls.json');
  expect(good).toMatchObject({
    exitCode: 0,
    stdout: '## echo [OK]\ndone: one\n\n## echo [OK]\ndone: two\n',
  });
  writeFileSync(join(p.dir, 'calls.json'), JSON.stringify([...calls, { agent: 'bad', task: 'x' }]));
  expect(await run('parallel', 'calls.json')).toMatchObject({ exitCode: 1 });
  expect(await run('parallel', 'gone.json')).toMatchObject({ exitCode: 2 });
});

test('a dialogue is heard while it goes on (R-AD-091)', async () => {
  const agents = { asker: 'echo "and then?"', expert: 'echo "It is 42. [RESOLVED]"' };
  const { run } = terminalOf(await aClaudeProject({}, { agents }));
  const talked = await run('dialogue', 'asker', 'expert', 'the answer', '--rounds', '2');
  expect(talked).toMatchObject({ exitCode: 0, stdout: 'It is 42.\n' });
  expect(talked.stderr).toMatch(/\[1\] expert: It is 42\./);
  expect(talked.stderr).toMatch(/--- Resolved \| Rounds: 1 \| Cost: \$0\.0000/);
});

describe('dispatch agent test', () => {
  test('says what it asks and what came back (R-AD-137, R-ADX-022)', async () => {
    const p = await aClaudeProject({ infra: { say: ['Looking around'], text: 'A shop.\nSTATUS: done' } });
    const tried = await terminalOf(p).run('agent', 'test', 'infra');
    expect(tried).toMatchObject({ exitCode: 0, stderr: '' });
    expect(tried.stdout).toMatch(
      /^Dispatching to 'infra' \(.*infra\)\.\.\.\nTask: What project is this\? Describe in one sentence\.\n---\nA shop\.\n\n--- Cost: \$\d\.\d{4} \| Turns: \d+ \| Outcome: done\n$/,
    );
    const live = await terminalOf(p).run('agent', 'test', 'infra', 'Hi', '--stream');
    expect(live.stderr).toContain('  -> Looking around\n');
  });

  test('tells permission and timeout apart, with the commands that mend them (R-AD-137)', async () => {
    const p = await aClaudeProject({
      denied: { result: { is_error: true, result: 'permission denied', subtype: 'success' } },
      slow: { result: null, end: 'hang' },
    });
    const { run } = terminalOf(p);
    const denied = await run('agent', 'test', 'denied');
    expect(denied.exitCode).toBe(1);
    expect(denied.stdout).toMatch(
      /^Error: permission denied[\s\S]*^Diagnosis: permission error$[\s\S]*dispatch agent update denied --permission-mode bypassPermissions/m,
    );
    const slow = await run('agent', 'test', 'slow', '--timeout', '10');
    expect(slow.exitCode).toBe(1);
    expect(slow.stdout).toMatch(/^Diagnosis: timeout$[\s\S]*dispatch agent test slow --timeout 600/m);
  });
});

test('an agent that clears its environment stays as deep as it is (R-AD-031, R-SYS-022)', async () => {
  const p = await aClaudeProject(
    {},
    {
      agents: {
        outer: 'env -i PATH="$PATH" HOME="$HOME" XDG_STATE_HOME="$XDG_STATE_HOME" sh call-inner.sh; true',
        inner: 'echo "depth $AGENT_DISPATCH_DEPTH"',
      },
    },
  );
  const { command, args } = cliCommand(['--dir', p.dir, 'run', 'inner', 'x'], { cwd: p.dir });
  const words = [command, ...args].map((word) => `'${word}'`).join(' ');
  writeFileSync(join(p.dir, 'call-inner.sh'), `${words} 2>&1; true\n`);
  const { run } = terminalOf(p);
  const answer = await run('run', 'outer', 'x');
  expect(answer.stdout).toContain('depth 2');
  const jobs = await until('both are done', async () => {
    const all = await p.project.context.store.jobs.list({ status: 'done', limit: 10 });
    return all.length === 2 && all;
  });
  const inner = await p.project.context.store.jobs.get(
    jobs.find(({ agent }) => agent === 'inner')?.jobId ?? '',
  );
  expect(inner?.chain).toEqual(['outer', 'inner']);
});

test('when nothing carries work out, an up is started for it (R-AD-139)', async () => {
  const config = `
project: run-${randomUUID().slice(0, 8)}
board: board.json
api_port: 0
temporal: { address: "${temporalAddress()}" }
agents: { echo: { command: [echo, "done:"] } }`;
  const { folder, env } = aProject({ config, board: { Todo: [] } });
  const options = { cwd: folder, env };
  const answer = await runCli(['run', 'echo', 'hi'], options);
  const down = await runCli(['down', '--json'], options);
  expect(answer).toMatchObject({ exitCode: 0, stdout: 'done: hi\n' });
  expect(answer.stderr).toContain('Starting Dispatch in the background');
  expect(JSON.parse(down.stdout).stopped).toMatchObject({ pid: expect.any(Number) });
});
