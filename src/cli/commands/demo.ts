import { type Command, InvalidArgumentError } from 'commander';
import { withCleanup } from '../cleanup.ts';
import { act, type Runtime } from '../cli.ts';
import { DEMO_TASKS_MAX, SCENARIO_COUNT } from '../demo/scenarios.ts';

const INTERRUPTED = 130;

/** `dispatch demo`: a project of its own, from nothing to a result, without key and account (R-SYS-014). */
export function addDemo(runtime: Runtime, program: Command): void {
  program
    .command('demo')
    .description(
      'See it work: sample board, sample agents, retries, a timeout and a dead letter; no key, no account',
    )
    .option('--keep', 'stay up afterwards and keep the folder')
    .option('--tasks <number>', `how many tasks, up to ${DEMO_TASKS_MAX}`, taskCount, SCENARIO_COUNT)
    .addHelpText(
      'after',
      '\nExamples:\n  $ dispatch demo\n  $ dispatch demo --keep\n  $ dispatch demo --tasks 20',
    )
    .action(
      act(runtime, async (cli, { flags }) => {
        const { stop } = cli.io;
        stop.takeOver();
        const { runDemo } = await import('../demo/run-demo.ts');
        try {
          return await withCleanup((cleanup) =>
            runDemo(cli, { keep: flags.keep === true, count: Number(flags.tasks), cleanup }),
          );
        } catch (error) {
          if (stop.signal.aborted) return INTERRUPTED;
          throw error;
        }
      }),
    );
}

function taskCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= DEMO_TASKS_MAX) return count;
  throw new InvalidArgumentError(`It must be a number from 1 to ${DEMO_TASKS_MAX}.`);
}
