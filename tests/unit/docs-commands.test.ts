import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { splitCommandLine } from '../../src/core/policy/command-line.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = [
  'README.md',
  'ARCHITECTURE.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

/** What a page tells people to type: lines of code blocks and code between backticks. */
function commandsIn(page: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const blocks = [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(([, language = '']) => ['', 'sh'].includes(language))
    .flatMap(([, , block = '']) => block.split('\n').map((line) => line.replace(/^\$ /, '')));
  const inline = [...text.replaceAll(/^```.*?^```/gms, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, code = '']) => code,
  );
  return [...blocks, ...inline];
}

function program(): Promise<Command> {
  const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const never = new AbortController().signal;
  const stop = {
    again: never,
    signal: never,
    unread: never,
    takeOver: () => undefined,
  };
  const io = { stdin: Readable.from([]), stdout: sink(), stderr: sink(), env: {}, cwd: ROOT, stop };
  return buildProgram({ io, exitCode: 0 }, []);
}

/** Follows the words to a command and looks up each flag; answers what is wrong. */
function problemOf(root: Command, line: string): string | null {
  let command = root;
  const words = splitCommandLine(line.replaceAll(/<([^>]*)>/g, '$1')).slice(1);
  for (const word of words) {
    if (word.startsWith('-')) {
      const flag = word.replace(/=.*/, '');
      const known = [...command.options, ...root.options].some(({ long, short }) =>
        [long, short].includes(flag),
      );
      if (!known && !['--help', '-h'].includes(flag)) return `${line}: ${command.name()} has no ${flag}`;
      continue;
    }
    const next = command.commands.find((one) => one.name() === word);
    if (next !== undefined) command = next;
    // A bare group is named as a whole; what follows the last command are its arguments.
    else if (command.commands.length > 0 && command.registeredArguments.length === 0)
      return `${line}: no command "${word}"`;
  }
  return null;
}

/** Our own output in a block begins with the same word. */
const isOutput = (line: string): boolean =>
  /^dispatch (is up|:)|^dispatch: /.test(line) || /^dispatch <command>/.test(line);

test.each(PAGES)('every dispatch command in %s exists, with its flags (R-SYS-039)', async (page) => {
  const lines = commandsIn(page).filter((line) => line.startsWith('dispatch ') && !isOutput(line));
  const root = await program();
  expect(lines.map((line) => problemOf(root, line)).filter((problem) => problem !== null)).toEqual([]);
});

test('the README names every command that starts, stops and explains', () => {
  const lines = commandsIn('README.md');
  for (const word of ['init', 'doctor', 'up', 'kill', 'resume', 'why', 'status', 'open']) {
    expect(
      lines.some((line) => line.startsWith(`dispatch ${word}`)),
      word,
    ).toBe(true);
  }
});

test('every script and flag of temporal-dev.sh in the documentation exists (R-SYS-039)', () => {
  const script = readFileSync(join(ROOT, 'temporal-dev.sh'), 'utf8');
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const page of PAGES) {
    const commands = commandsIn(page);
    const flags = commands
      .filter((line) => line.startsWith('./temporal-dev.sh'))
      .flatMap((line) => line.replace(/#.*/, '').match(/--[a-z-]+/g) ?? []);
    for (const flag of flags) expect(script, `${page}: ${flag}`).toContain(flag);
    const names = commands.flatMap(
      (line) => line.match(/^npm (?:run )?(start|test|dev|build|check|bench|generate)\b/)?.[1] ?? [],
    );
    for (const name of names) expect(scripts, `${page}: npm ${name}`).toHaveProperty(name);
  }
});
