import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import type { CliIo } from '../../../src/cli/io.ts';
import { buildProgram } from '../../../src/cli/program.ts';
import { splitCommandLine } from '../../../src/core/policy/command-line.ts';
import { rolePrompt } from '../../../src/core/policy/roles/prompt.ts';

const SRC = fileURLToPath(new URL('../../../src', import.meta.url));

/** Everything written to stdout by `work`. */
async function written(work: (program: Command) => unknown): Promise<string> {
  let text = '';
  const sink = () =>
    new Writable({
      write(chunk, _encoding, done) {
        text += String(chunk);
        done();
      },
    });
  const never = new AbortController().signal;
  const io: CliIo = {
    ...{ stdin: Readable.from([]), stdout: sink(), stderr: sink(), env: {}, cwd: SRC },
    stop: { again: never, signal: never, unread: never, takeOver: () => undefined },
  };
  await work(await buildProgram({ io, exitCode: 0 }, []));
  return text;
}

const tree = (command: Command): Command[] => [command, ...command.commands.flatMap((one) => tree(one))];

/** Parses one command line as far as its action, which does nothing. */
async function parse(line: string): Promise<void> {
  await written(async (program) => {
    for (const command of tree(program)) {
      const acts = command.commands.length === 0 || command.registeredArguments.length > 0;
      if (acts) command.action(() => undefined);
    }
    const [, ...words] = splitCommandLine(line);
    await program.parseAsync(words, { from: 'user' });
  });
}

test('every example in the help texts can be typed as it stands (R-SYS-039)', async () => {
  const help = await written((program) => {
    for (const command of tree(program)) command.outputHelp();
  });
  const examples = [...help.matchAll(/^ {2}\$ (dispatch .*?)(?: {2,}.*)?$/gm)].map(([, line = '']) => line);
  expect(examples.length).toBeGreaterThan(30);
  for (const line of examples) await expect(parse(line), line).resolves.toBeUndefined();
});

test('every command that roles are told of can be typed (R-PROD-038, R-SYS-039)', async () => {
  const task = { role: 'qa', project: 'p', taskId: '1', title: 't', sprintId: null, description: '' };
  const prompt = rolePrompt({ ...task, payload: {}, previous: null });
  const commands = [...prompt.matchAll(/`(dispatch [^`]+)`/g)].map(([, line = '']) => line);
  expect(commands).toHaveLength(4);
  for (const line of commands)
    await expect(parse(line.replaceAll(/[<>]/g, '')), line).resolves.toBeUndefined();
});

test('every command has a description', async () => {
  await written((program) => {
    for (const command of tree(program)) expect(command.description(), command.name()).not.toBe('');
  });
});

test('every command named in a hint exists (R-SYS-039)', async () => {
  const hints = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => readFileSync(join(SRC, file), 'utf8').split('\n'))
    .filter((line) => /hint:|hint =|fix:|with: dispatch/.test(line))
    .flatMap((line) => [...line.matchAll(/(?<=[:('"`] ?)dispatch ([a-z-]+)(?: ([a-z-]+))?/g)]);
  expect(hints.length).toBeGreaterThan(5);
  await written((program) => {
    for (const [text, word, second] of hints) {
      const command = program.commands.find((one) => one.name() === word);
      expect(command, text).toBeDefined();
      if (command === undefined || command.commands.length === 0) continue;
      if (command.registeredArguments.length > 0) continue;
      expect(
        command.commands.map((one) => one.name()),
        text,
      ).toContain(second);
    }
  });
});
