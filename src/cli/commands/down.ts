import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { readUp } from '../../adapters/local/up-file.ts';
import { AppError } from '../../core/errors.ts';
import { act, type Cli, type Runtime } from '../cli.ts';
import { readConfig } from '../read-config.ts';
import { joinedCli } from '../with-workers.ts';

/** Agents have 5 s after TERM, then there is the sweep, the board, and a Temporal that may have to stop (ms). */
const DOWN_MS_MAX = 60_000;
const LOOK_MS = 100;

/** `dispatch down`: ends this project's `up`, wherever it runs on this machine, as Ctrl-C would. */
export function addDown(runtime: Runtime, program: Command): void {
  program
    .command('down')
    .description('End the dispatch up of this project, also one in the background')
    .addHelpText('after', '\nExamples:\n  $ dispatch down\n  $ dispatch down --default')
    .action(act(runtime, down));
}

async function down(cli: Cli): Promise<number> {
  const { stateDir } = (await readConfig(await joinedCli(cli))).settings;
  const up = await readUp(stateDir);
  if (up === null) {
    if (cli.out.json) cli.out.document({ stopped: null });
    else cli.out.data('Nothing is up for this project.');
    return 0;
  }
  process.kill(up.pid, 'SIGTERM');
  cli.out.note('Running agents are ended and their tasks go back to their queues.');
  const deadline = performance.now() + DOWN_MS_MAX;
  while ((await readUp(stateDir))?.pid === up.pid) {
    if (performance.now() > deadline) {
      throw new AppError('timed-out', `process ${up.pid} has not ended after ${DOWN_MS_MAX / 1000} s`, {
        hint: `look at ${stateDir}/up.log if it is in the background; kill -9 ${up.pid} ends it at once`,
      });
    }
    await delay(LOOK_MS);
  }
  if (cli.out.json) cli.out.document({ stopped: up });
  else cli.out.data(`Stopped process ${up.pid}.`);
  return 0;
}
