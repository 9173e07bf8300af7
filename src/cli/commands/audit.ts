import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { AnchorTarget } from '../../adapters/audit/write-anchor.ts';
import { userStateDir } from '../../adapters/local/user-state-dir.ts';
import { auditAnchor } from '../../api/operations/audit-anchor.ts';
import { AppError } from '../../core/errors.ts';
import { Anchor } from '../../core/schema/audit-anchor.ts';
import type { Settings } from '../../core/schema/settings.ts';
import { act, type Call, type Cli, type Runtime } from '../cli.ts';
import { load, readConfig } from '../read-config.ts';
import { callContext, withProject } from '../with-project.ts';

/** `dispatch audit verify|anchor|export`: the trail as a file, with or without anything running (R-PROD-028). */
export function addAudit(runtime: Runtime, audit: Command): void {
  const file = () => new Option('--file <path>', 'a records.db or a ledger; default: those of this project');
  audit
    .command('verify')
    .description('Check that no line of the trail was changed, moved, added or removed, from the file alone')
    .addOption(file())
    .option('--anchor <files...>', 'hold it against what was written down with: dispatch audit anchor')
    .addHelpText('after', VERIFY_HELP)
    .action(act(runtime, verify));
  audit
    .command('anchor')
    .description('Write the hash of the last line down where no agent can change it')
    .option('--to <file>', 'append it to this file')
    .option('--git <folder>', 'as a note on the last commit of this repository')
    .option('--webhook <url>', 'POST it there')
    .addHelpText('after', ANCHOR_HELP)
    .action(act(runtime, anchor));
  audit
    .command('export')
    .description('Print every line with its hashes, one JSON document on each, oldest first')
    .addOption(file())
    .addHelpText('after', '\nExamples:\n  $ dispatch audit export')
    .action(act(runtime, exportRows));
}

const VERIFY_HELP =
  '\nExit code 1: a line is bad; the first one is named.\n\nExamples:\n  $ dispatch audit verify\n  $ dispatch audit verify --file backup/records.db --anchor /mnt/elsewhere/anchors.jsonl';
const ANCHOR_HELP =
  '\nWithout a target it is printed.\n\nExamples:\n  $ dispatch audit anchor --to /mnt/elsewhere/anchors.jsonl\n  $ dispatch audit anchor --git ../records-of-ours\n  $ dispatch audit anchor --webhook https://example.org/anchors';

async function verify(cli: Cli, { flags }: Call): Promise<number> {
  const { verifyFile } = await import('../../adapters/audit/verify-file.ts');
  const { readAnchors } = await import('../../adapters/audit/read-anchors.ts');
  const { renderReports } = await import('../render/audit.ts');
  const named = ((flags.anchor as readonly string[]) ?? []).map((path) => fromHere(cli, path));
  const files = await filesOf(cli, flags);
  const anchors = readAnchors([...named, ...(typeof flags.file === 'string' ? [] : await ownAnchors(cli))]);
  const reports = files.map((path) => verifyFile(path, anchors));
  const ok = reports.every(({ chains }) => chains.every(({ fault }) => fault === null));
  if (cli.out.json) cli.out.document({ ok, files: reports });
  else cli.out.data(renderReports(reports, cli.out));
  return ok ? 0 : 1;
}

async function exportRows(cli: Cli, { flags }: Call): Promise<undefined> {
  const { exportedRows } = await import('../../adapters/audit/export-rows.ts');
  for (const path of await filesOf(cli, flags)) {
    for (const row of exportedRows(path)) {
      if (cli.io.stop.unread.aborted) return undefined;
      cli.out.line(row);
      if (cli.io.stdout.writableNeedDrain) await new Promise((go) => cli.io.stdout.once('drain', go));
    }
  }
  return undefined;
}

async function anchor(cli: Cli, { flags }: Call): Promise<undefined> {
  await withProject(cli, async (project) => {
    const written = Anchor.parse(await auditAnchor.run(await callContext(project, cli.io.env), {}));
    const targets = targetsOf(cli, flags);
    const { writeAnchor } = await import('../../adapters/audit/write-anchor.ts');
    for (const target of targets) {
      warnOfReach(cli, project.settings(), target);
      await writeAnchor(written, target);
    }
    if (targets.length === 0 || cli.out.json) cli.out.line(written);
    else cli.out.data(`Anchored line ${written.seq} of ${written.project}: ${written.hash}`);
  });
  return undefined;
}

function targetsOf(cli: Cli, { to, git, webhook }: Call['flags']): readonly AnchorTarget[] {
  return [
    ...(typeof to === 'string' ? [{ kind: 'file' as const, path: fromHere(cli, to) }] : []),
    ...(typeof git === 'string' ? [{ kind: 'git' as const, dir: fromHere(cli, git) }] : []),
    ...(typeof webhook === 'string' ? [{ kind: 'webhook' as const, url: httpUrl(webhook) }] : []),
  ];
}

function httpUrl(text: string): string {
  const url = URL.parse(text);
  if (url !== null && ['http:', 'https:'].includes(url.protocol)) return url.href;
  throw new AppError('invalid-input', `--webhook: ${JSON.stringify(text)} is no address of a web server`, {
    hint: 'such as: dispatch audit anchor --webhook https://example.org/anchors',
  });
}

/** An anchor that an agent can rewrite proves nothing to it. */
function warnOfReach(cli: Cli, { baseDir, stateDir }: Settings, target: AnchorTarget): void {
  if (target.kind === 'webhook') return;
  const place = target.kind === 'file' ? target.path : target.dir;
  if (![baseDir, stateDir].some((dir) => `${place}/`.startsWith(`${dir}/`))) return;
  const fix =
    target.kind === 'git'
      ? 'push it where they cannot: git push origin refs/notes/dispatch-audit'
      : 'choose a file outside, best of another user: dispatch audit anchor --to /mnt/elsewhere/anchors.jsonl';
  cli.out.warn(`agents of this project may write to ${place}; ${fix}`);
}

const fromHere = ({ io }: Cli, path: string): string => resolve(io.cwd, path);

/** What `up` has written down by itself. */
async function ownAnchors(cli: Cli): Promise<readonly string[]> {
  const { ownAnchorsPath } = await import('../../adapters/audit/daily-anchor.ts');
  const path = ownAnchorsPath(userStateDir(cli.io.env), (await load(cli, false)).settings);
  return existsSync(path) ? [path] : [];
}

/** What was named, else what the project at hand has. */
async function filesOf(cli: Cli, { file }: Call['flags']): Promise<readonly string[]> {
  if (typeof file === 'string') return [fromHere(cli, file)];
  const { settings } = await readConfig(cli);
  const { board, stateDir } = settings;
  const records = join(stateDir, 'records.db');
  const own = [records, ...(board.kind === 'ledger' ? [board.path] : [])].filter((path) => existsSync(path));
  if (own.length > 0) return own;
  throw new AppError('not-found', `there is no ${records}: this project was never started`, {
    hint: 'dispatch up',
  });
}
