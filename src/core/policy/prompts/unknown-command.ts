import { splitCommandLine } from '../command-line.ts';
import type { CommandWords, PromptFault } from './vocabulary.ts';

type Problem = Omit<PromptFault, 'line'>;

const OPERATORS: ReadonlySet<string> = new Set(['&&', '||', '|', ';', '&', '>', '>>', '<']);
/** Stands where something is left open; from there on nothing is known. */
const OPEN = '\u{2026}';
const HELP: readonly string[] = ['--help', '-h', '--version'];

/** Commands of ours on a line of code that do not exist, or not with that flag. */
export function unknownCommand(code: string, programs: readonly CommandWords[]): readonly Problem[] {
  return segments(wordsOf(code)).flatMap((words) => {
    const program = programs.find(({ names }) => names[0] === words[0]);
    const problem = program === undefined ? null : problemOf(program, words.slice(1));
    return problem ?? [];
  });
}

/** The words of a shell; a quote that goes on over the next line ends what is known of this one. */
function wordsOf(code: string): readonly string[] {
  const line = code
    .replace(/^\s*[$>] /, '')
    .replace(/\s#\s.*$/, '')
    .replace(/\\$/, '')
    .replaceAll(/<[^<>]*>|\.\.\./g, OPEN);
  try {
    return splitCommandLine(line);
  } catch {
    return splitCommandLine(line.replace(/["'\\].*$/, OPEN).replaceAll(/["'\\]/g, ' '));
  }
}

/** What stands between operators, from the program on. */
function segments(words: readonly string[]): readonly (readonly string[])[] {
  const all: string[][] = [[]];
  for (const word of words) {
    if (OPERATORS.has(word)) all.push([]);
    else all.at(-1)?.push(word);
  }
  return all.map((one) => one.slice(one.findIndex((word) => !/^\w+=/.test(word))));
}

/** Follows the words down to a command. */
function problemOf(program: CommandWords, words: readonly string[]): Problem | null {
  let [command, path, isArgument] = [program, program.names[0], false];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word.includes(OPEN) || word === '--' || /[[\]()|{}]/.test(word)) return null;
    if (/^--?[A-Za-z]/.test(word)) {
      const [flag = ''] = word.split('=');
      const takesValue = command.flags.get(flag) ?? program.flags.get(flag);
      if (takesValue === undefined && !HELP.includes(flag))
        return { text: `"${path}" has no ${flag}`, fix: `see ${path} --help` };
      if (takesValue === true && !word.includes('=')) at += 1;
      continue;
    }
    const next = isArgument ? undefined : command.commands.find(({ names }) => names.includes(word));
    if (next !== undefined) [command, path] = [next, `${path} ${next.names[0]}`];
    else if (word === 'help' && command === program) return null;
    else if (command.commands.length > 0 && !command.takesWords)
      return { text: `"${path}" has no command "${word}"`, fix: `see ${path} --help` };
    else isArgument = true;
  }
  return null;
}
