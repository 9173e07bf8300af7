import type { Command } from 'commander';
import { act, type Call, type Cli, type Runtime } from '../cli.ts';
import { onePass } from '../one-pass.ts';
import { readConfig } from '../read-config.ts';
import { onFile, verbOf } from './verb.ts';

/** `run [--once]` (R-PROD-035, R-PROD-104). */
export function addRun(runtime: Runtime, program: Command): void {
  verbOf(program, 'run')
    .description('Work on the ledger until told to stop')
    .option('--once', 'give each task that is ready now one try, at most 50, then end')
    .option('--drain', 'with --once: go on until nothing is ready')
    .option(
      '--strict-exit',
      'with --once: end with 3 when stopped by kill switch or budget, 4 when people are needed',
    )
    .action(
      act(runtime, (cli, { flags }) => (flags.once === true ? once(onFile(cli), flags) : stay(onFile(cli)))),
    );
}

async function once(cli: Cli, flags: Call['flags']): Promise<number> {
  const loaded = await readConfig(cli);
  const options = { drain: flags.drain === true, strictExit: flags.strictExit === true };
  const { dispatched, exitCode } = await onePass(cli, loaded, options);
  say(cli, `Single-pass complete; dispatched ${dispatched} task(s).`);
  return exitCode;
}

/** A first signal lets what runs finish, a second one ends it; both end with 0. */
async function stay(cli: Cli): Promise<number> {
  const { stop } = cli.io;
  const { withCleanup } = await import('../cleanup.ts');
  const { serveProject } = await import('../serve-project.ts');
  const { prepareStateDir } = await import('../../adapters/local/state-dir.ts');
  const { waitForEnd } = await import('../wait-for-end.ts');
  const loaded = await readConfig(cli, { listens: true });
  stop.takeOver('second-is-mine');
  await withCleanup(async (cleanup) => {
    prepareStateDir(loaded.settings.stateDir);
    const { worker, failures, url } = await serveProject(cli, freePort(loaded), {
      parts: { api: true, worker: true },
      cleanup,
    });
    say(cli, `Producer is up; its API is at ${url}`);
    await waitForEnd(stop, failures);
    say(cli, 'Stopping: what runs may finish; a second signal ends it.');
    const again = new Promise<void>((resolve) => {
      stop.again.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([worker?.drain(), again]);
  });
  return 0;
}

/** Several producers on one machine must not fight for one port; who wants a certain one says so. */
function freePort(loaded: Awaited<ReturnType<typeof readConfig>>): typeof loaded {
  if (loaded.originOf(['api_port']).kind !== 'default') return loaded;
  const { settings } = loaded;
  return { ...loaded, settings: { ...settings, api: { ...settings.api, port: 0 } } };
}

/** As ai-producer logs: on stderr, `<time> <logger> <LEVEL> <message>`. */
function say({ io }: Cli, message: string): void {
  const time = new Date().toISOString().slice(0, 19).replace('T', ' ');
  io.stderr.write(`${time} producer.cli INFO ${message}\n`);
}
