import type { Command } from 'commander';
import { runTemporalScript } from '../../adapters/local/temporal-script.ts';
import { act, type Runtime } from '../cli.ts';

const VERBS = {
  start: 'Start the local Temporal server, if it does not run',
  stop: 'Stop the local Temporal server',
  status: 'Say whether the local Temporal server runs and where (exit code 3 when it does not)',
} as const;

/** `dispatch temporal start|stop|status`: the local server by hand; flags behind `--` go to temporal-dev.sh. */
export function addTemporal(runtime: Runtime, program: Command): void {
  const group = program.command('temporal').description('The local Temporal server, by hand');
  for (const [verb, description] of Object.entries(VERBS)) {
    group
      .command(verb)
      .description(description)
      .argument('[flags...]', 'flags of temporal-dev.sh, behind --')
      .addHelpText('after', `\nExamples:\n  $ dispatch temporal ${verb}`)
      .action(
        act(runtime, async ({ io, out }, { args }) => {
          const given = (args[0] ?? []) as readonly string[];
          const words = [verb, ...(out.json && verb !== 'stop' ? ['--json'] : []), ...given];
          io.stop.takeOver();
          const result = await runTemporalScript(words, {
            env: io.env,
            signal: io.stop.signal,
            onLine: (line) => out.note(line.replace(/^temporal-dev: /, '')),
          });
          if (result.stdout !== '') out.data(result.stdout);
          else if (out.json) out.document({ exit_code: result.exitCode });
          return result.exitCode;
        }),
      );
  }
}
