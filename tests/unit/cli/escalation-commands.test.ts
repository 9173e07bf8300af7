import { Readable, Writable } from 'node:stream';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { buildProgram } from '../../../src/cli/program.ts';
import { splitCommandLine } from '../../../src/core/policy/command-line.ts';
import { escalationCommands } from '../../../src/core/policy/escalations/commands.ts';

function program(): Promise<Command> {
  const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const never = new AbortController().signal;
  const stop = { signal: never, again: never, unread: never, takeOver: () => undefined };
  const io = { stdin: Readable.from([]), stdout: sink(), stderr: sink(), env: {}, cwd: '/', stop };
  return buildProgram({ io, exitCode: 0 }, []);
}

/** What the command line understands of a line: which command, its arguments, its flags. */
async function parsed(line: string) {
  let command = await program();
  let [, ...words] = splitCommandLine(line);
  for (;;) {
    const next = command.commands.find((one) => one.name() === words[0]);
    if (next === undefined) break;
    command = next;
    words = words.slice(1);
  }
  const { operands, unknown } = command.parseOptions(words);
  return { name: command.name(), operands, unknown, flags: command.opts() };
}

test.each(['12', '01HYKT1', "it's; rm -rf $HOME", '-x', '`id`'])(
  'every command of an escalation of task %s exists and means that task (R-SYS-039)',
  async (taskId) => {
    const lines = escalationCommands({ taskId, otherAgents: ['qa', 'front end'] });
    const all = await Promise.all(lines.map(parsed));
    expect(all.map(({ name }) => name)).toEqual(['show', 'requeue', 'kill', 'reroute', 'reroute']);
    for (const { operands, unknown } of all)
      expect([...operands, ...unknown.filter((w) => w !== '--')]).toEqual([taskId]);
    expect(all.slice(1).map(({ flags }) => flags)).toMatchObject([
      { note: 'What to do otherwise' },
      { reason: 'Why' },
      { agent: 'qa', note: 'Why' },
      { agent: 'front end', note: 'Why' },
    ]);
  },
);
