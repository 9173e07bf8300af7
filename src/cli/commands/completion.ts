import type { Command } from 'commander';
import type { Runtime } from '../cli.ts';

const WORDS = ['completion', 'complete'];

/** `dispatch completion <shell>`: the library is loaded only when it is asked. */
export async function addCompletion(
  _runtime: Runtime,
  program: Command,
  argv: readonly string[],
): Promise<void> {
  if (argv.some((word) => WORDS.includes(word))) {
    const { default: tab } = await import('@bomb.sh/tab/commander');
    tab(program, { completionCommandName: 'completion' });
    return;
  }
  program
    .command('completion')
    .description('Print the completion script of a shell')
    .argument('<shell>', 'zsh, bash, fish or powershell')
    .addHelpText('after', '\nExamples:\n  $ source <(dispatch completion bash)');
}
