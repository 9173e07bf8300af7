import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError, messageOf } from '../../core/errors.ts';
import type { Settings } from '../../core/schema/settings.ts';
import { act, type Call, type Cli, type Runtime } from '../cli.ts';
import { readConfig } from '../read-config.ts';

/** `dispatch ledger import|export|seed`: the ledger as a file, with or without anything running (R-SYS-040, R-PROD-009). */
export function addLedger(runtime: Runtime, program: Command): void {
  const group = program
    .command('ledger')
    .description('Take over a ledger file of ai-producer, copy one, fill one');
  group
    .command('import')
    .argument(
      '[file]',
      'ledger to copy into this project; absent = the one of the project is taken over where it is',
    )
    .description('Check a ledger and its audit chain, then go on with it')
    .option('--dry-run', 'say what it holds and what would change, and change nothing')
    .option('--accept-broken-chain', 'go on although its audit chain does not hold; the trail says so')
    .addHelpText('after', IMPORT_HELP)
    .action(act(runtime, importLedger));
  group
    .command('export')
    .argument('<file>', 'new file')
    .description('Write a copy with the six tables of ai-producer alone')
    .addHelpText('after', '\nExamples:\n  $ dispatch ledger export ledger-copy.db')
    .action(act(runtime, exportTo));
  group
    .command('seed')
    .argument('<file>', 'JSON list of tasks')
    .description('Put the tasks of a file in line, all of them or none')
    .addHelpText('after', '\nExamples:\n  $ dispatch ledger seed seed_tasks.json')
    .action(act(runtime, seed));
}

const IMPORT_HELP =
  '\nExit code 1: the audit chain does not hold.\n\nExamples:\n  $ dispatch ledger import --dry-run\n  $ dispatch ledger import ../old/agent-state/ledger.db';

async function importLedger(cli: Cli, { args, flags }: Call): Promise<number> {
  const { path: own, settings } = await ownLedger(cli);
  const { inspectLedger } = await import('../../adapters/boards/ledger/inspect-ledger.ts');
  const { copyLedger, takeOverLedger } = await import('../../adapters/boards/ledger/copy-ledger.ts');
  const { renderLedgerReport } = await import('../render/ledger.ts');
  const from = typeof args[0] === 'string' ? resolve(cli.io.cwd, args[0]) : own;
  const report = inspectLedger(from, rolesOf(settings));
  const acceptBroken = flags.acceptBrokenChain === true;
  const refused = report.chain !== null && !acceptBroken;
  const imported = flags.dryRun !== true && !refused;
  if (imported) {
    if (from !== own) copyLedger(from, own);
    await takeOverLedger(own, { acceptBroken });
  }
  if (cli.out.json) cli.out.document({ ...report, to: own, imported });
  else cli.out.data(renderLedgerReport(report, { to: own, imported }));
  return refused ? 1 : 0;
}

async function exportTo(cli: Cli, { args }: Call): Promise<undefined> {
  const { path } = await ownLedger(cli);
  const { exportLedger } = await import('../../adapters/boards/ledger/copy-ledger.ts');
  const to = resolve(cli.io.cwd, String(args[0]));
  exportLedger(path, to);
  if (cli.out.json) cli.out.document({ from: path, to });
  else cli.out.data(`Wrote ${to}.`);
  return undefined;
}

async function seed(cli: Cli, { args }: Call): Promise<undefined> {
  const { path } = await ownLedger(cli);
  const { seedLedger } = await import('../../adapters/boards/ledger/seed-ledger.ts');
  const file = resolve(cli.io.cwd, String(args[0]));
  const { inserted, skipped } = await seedLedger(path, readText(file));
  if (cli.out.json) cli.out.document({ inserted, skipped });
  else
    cli.out.data(`Put ${inserted} tasks in line${skipped === 0 ? '' : `; ${skipped} were there already`}.`);
  return undefined;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new AppError('invalid-input', `<file>: ${messageOf(error)}`, { cause: error });
  }
}

async function ownLedger(cli: Cli): Promise<{ readonly path: string; readonly settings: Settings }> {
  const { settings } = await readConfig(cli);
  if (settings.board.kind === 'ledger') return { path: settings.board.path, settings };
  throw new AppError('invalid-config', 'board: this project has no ledger', {
    hint: 'set "board: {kind: ledger, path: ledger.db}" in dispatch.yaml',
  });
}

const rolesOf = ({ routes }: Settings): readonly string[] => routes.map(({ queueName }) => queueName);
