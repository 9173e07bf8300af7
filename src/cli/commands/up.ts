import type { Command } from 'commander';
import { prepareStateDir } from '../../adapters/local/state-dir.ts';
import { removeUp, writeUp } from '../../adapters/local/up-file.ts';
import { withCleanup } from '../cleanup.ts';
import { act, type Call, type Cli, type Runtime } from '../cli.ts';
import { readConfig } from '../read-config.ts';
import type { Parts } from '../serve-project.ts';
import { waitForEnd } from '../wait-for-end.ts';

const INTERRUPTED = 130;
const IN_ORDER =
  '\n\nCtrl-C ends it in order: agents get TERM, after 5 s KILL, their tasks go back to their queues.\nA second one ends it at once.';

/** `up`, `worker` and `serve`: a project at work, whole or in parts (R-SYS-014, R-ART-013). */
export function addUp(runtime: Runtime, program: Command): void {
  const add = (name: string, description: string, parts: Parts, examples: readonly string[]) =>
    program
      .command(name)
      .description(description)
      .addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ ${line}`).join('\n')}${IN_ORDER}`)
      .action(act(runtime, (cli, { flags }) => (flags.once === true ? once(cli, flags) : serve(cli, parts))));
  add('up', 'Start everything for this project: Temporal, worker and HTTP API', { api: true, worker: true }, [
    'dispatch up',
    'dispatch up --port 8080',
    'dispatch up --once --strict-exit',
  ])
    .option('--once', 'give each task that is ready now one try, at most 50, then end')
    .option('--drain', 'with --once: go on until nothing is ready')
    .option(
      '--strict-exit',
      'with --once: end with 3 when stopped by kill switch or budget, 4 when people are needed',
    );
  add('worker', 'Run only a worker: agents and workflows, no HTTP API', { api: false, worker: true }, [
    'dispatch worker',
  ]);
  add('serve', 'Run only the HTTP API', { api: true, worker: false }, ['dispatch serve --port 8080']);
}

/** A pass of its own: no HTTP API, and it ends by itself (R-PROD-035). */
async function once(cli: Cli, flags: Call['flags']): Promise<number> {
  const { onePass } = await import('../one-pass.ts');
  const loaded = await readConfig(cli);
  const options = { drain: flags.drain === true, strictExit: flags.strictExit === true };
  const { dispatched, exitCode } = await onePass(cli, loaded, options);
  if (cli.out.json) cli.out.document({ dispatched });
  else cli.out.note(`Single-pass complete; dispatched ${dispatched} task(s).`);
  return exitCode;
}

/** Runs until a signal says stop (exit code 0, R-ART-015) or a part fails. */
async function serve(cli: Cli, parts: Parts): Promise<number> {
  const { stop } = cli.io;
  const loaded = await readConfig(cli, { listens: parts.api });
  const { stateDir } = loaded.settings;
  stop.takeOver();
  let isUp = false;
  try {
    await withCleanup(async (cleanup) => {
      prepareStateDir(stateDir);
      if (parts.api && parts.worker) {
        const { takeUpLock } = await import('../../adapters/local/up-lock.ts');
        const lock = takeUpLock(stateDir);
        cleanup.add(() => lock.release());
      }
      const { serveProject } = await import('../serve-project.ts');
      const served = await serveProject(cli, loaded, { parts, cleanup });
      if (parts.api && parts.worker) {
        cleanup.add(() => removeUp(stateDir));
        const { address, ui } = served.temporal;
        const since = new Date().toISOString();
        writeUp(stateDir, { pid: process.pid, url: served.url ?? '', temporal: address, ui, since });
      }
      await tell(cli, served);
      isUp = true;
      await waitForEnd(stop, served.failures);
      cli.out.note('Stopping: running agents are ended and their tasks go back to their queues.');
    });
  } catch (error) {
    if (!isUp && stop.signal.aborted) return INTERRUPTED;
    throw error;
  }
  return 0;
}

async function tell({ out, io }: Cli, served: import('../serve-project.ts').ServedProject): Promise<void> {
  const { project, url, hostId, temporal } = served;
  if (out.json) {
    out.line({ project: project.settings().project, pid: process.pid, url, host_id: hostId, temporal });
    return;
  }
  const { renderUp } = await import('../render/up.ts');
  out.data(renderUp(served, out, io.cwd));
  out.note('Ctrl-C stops it.');
}
