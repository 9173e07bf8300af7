import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { readUp } from '../../adapters/local/up-file.ts';
import { readLocalServer } from '../../adapters/temporal/server-address.ts';
import { AppError } from '../../core/errors.ts';
import type { Settings } from '../../core/schema/settings.ts';
import { act, type Cli, type Runtime } from '../cli.ts';
import { wantsLocal } from '../local/wants-local.ts';
import { readConfig } from '../read-config.ts';

/** `dispatch open`: the Temporal Web UI with this project's workflows. */
export function addOpen(runtime: Runtime, program: Command): void {
  program
    .command('open')
    .description("Open this project's workflows in the Temporal Web UI, or print the address")
    .option('--print', 'only print the address')
    .addHelpText('after', '\nExamples:\n  $ dispatch open\n  $ dispatch open --print')
    .action(
      act(runtime, async (cli, { flags }) => {
        const { settings } = await readConfig(cli);
        const url = pageOf(settings, await baseOf(cli, settings));
        if (cli.out.json) cli.out.document({ url });
        else cli.out.data(url);
        if (flags.print !== true && !cli.out.json && cli.io.stdout.isTTY === true) openInBrowser(url);
        return 0;
      }),
    );
}

async function baseOf({ io }: Cli, settings: Settings): Promise<string> {
  const ui =
    (await readUp(settings.stateDir))?.ui ??
    (wantsLocal(settings, io.env) ? readLocalServer(io.env)?.uiAddress : null);
  if (ui !== null && ui !== undefined && ui !== '') return ui;
  throw new AppError('temporal-unavailable', 'no address of a Temporal Web UI is known for this project', {
    hint: 'dispatch up prints it; a server of your own has its own',
  });
}

/** The list of this project's workflows, running and done. */
function pageOf({ project, temporal }: Settings, base: string): string {
  const query = encodeURIComponent(`Project="${project}"`);
  return `${base}/namespaces/${encodeURIComponent(temporal.namespace)}/workflows?query=${query}`;
}

/** Best effort: the address was printed. */
function openInBrowser(url: string): void {
  const program =
    process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open';
  const child = spawn(program, [url], { detached: true, stdio: 'ignore' });
  child.once('error', () => undefined);
  child.unref();
}
