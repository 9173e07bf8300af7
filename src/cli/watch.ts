import type { Command } from 'commander';
import type { Operation } from '../api/operation.ts';
import { act, type Runtime } from './cli.ts';
import { answerOnce, printAnswer, runOperation } from './operation-command.ts';
import { inputOf } from './operation-input.ts';
import { pause } from './pause.ts';
import { createScreen } from './screen.ts';
import { withProject } from './with-project.ts';

/** Operations whose answer a person may want to look at for a while. */
export const WATCHABLE: ReadonlySet<string> = new Set([
  'status',
  'list-tasks',
  'list-agents',
  'list-runs',
  'list-queues',
  'list-hosts',
]);

const REFRESH_MS = 1_000;
const INTERRUPTED = 130;

/** Gives a read command `--watch`: asked anew each second, drawn in place, or one document per line with `--json`. */
export function addWatch(runtime: Runtime, command: Command, operation: Operation): void {
  command.option('--watch', 'ask again every second until Ctrl-C');
  command.action(
    act(runtime, async (cli, call) => {
      if (call.flags.watch !== true) return answerOnce(cli, operation, call);
      const input = inputOf(operation, call);
      const { stop } = cli.io;
      stop.takeOver();
      const ended = AbortSignal.any([stop.signal, stop.unread]);
      const { renderAnswer } = await import('./render/render-answer.ts');
      const screen = createScreen(cli.io, cli.out);
      return withProject(cli, async (project) => {
        // Ends with the signal; each round is one bounded read.
        while (!ended.aborted) {
          const answer = await runOperation(cli, project, operation, input);
          if (cli.out.json) cli.out.line(answer);
          else if (cli.out.redraws) screen.draw(renderAnswer(operation.name, answer, cli.out));
          else await printAnswer(cli, operation.name, answer);
          await pause(REFRESH_MS, ended);
        }
        screen.leave();
        return stop.signal.aborted ? INTERRUPTED : 0;
      });
    }),
  );
}
