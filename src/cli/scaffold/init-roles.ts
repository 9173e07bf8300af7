import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeLedger } from '../../adapters/boards/ledger/make-ledger.ts';
import type { CliIo } from '../io.ts';
import { neutralise } from '../neutralise.ts';
import { askProject, suggestedAnswers } from './ask-project.ts';
import { handOff } from './hand-off.ts';
import { roleFiles } from './role-files.ts';
import { writeFiles } from './write-files.ts';

/** How a project of roles is set up (R-PROD-002). */
export interface InitOptions {
  /** Folder, made when it is not there; absent = this one. */
  readonly dir?: string;
  readonly force: boolean;
  readonly nonInteractive: boolean;
  readonly noChat: boolean;
}

const REFUSED = 2;

/**
 * Writes producer.yaml, prompts and an empty ledger for a folder, then hands over to Claude Code. All or nothing; files a
 * person may have changed are kept without `force` (R-PROD-005, R-PROD-006).
 */
export async function initRoles(io: CliIo, options: InitOptions): Promise<number> {
  const root = resolve(io.cwd, options.dir ?? '.');
  const say = (text: string) => void io.stdout.write(`${neutralise(text)}\n`);
  const config = join(root, 'producer.yaml');
  if (existsSync(config) && !options.force) {
    say(`refusing to overwrite ${config} (use --force)`);
    return REFUSED;
  }
  const suggested = suggestedAnswers(root);
  const answers = options.nonInteractive ? suggested : await askProject(io, suggested);
  const { kept } = await writeFiles(roleFiles(root, answers), options.force);
  const ledger = join(root, 'agent-state', 'ledger.db');
  mkdirSync(join(root, 'agent-state'), { recursive: true, mode: 0o700 });
  await makeLedger(ledger);
  say(`initialized at ${root}`);
  say(`  config:    ${config}`);
  say(`  ledger:    ${ledger}`);
  say(`  prompts:   ${join(root, 'agents')}/`);
  say(`  seed ex:   ${join(root, 'seed_tasks.example.json')}`);
  say(`  onboard:   ${join(root, 'ONBOARDING.md')}`);
  for (const path of kept) io.stderr.write(`${neutralise(`kept as it was: ${path}`)}\n`);
  return options.noChat ? 0 : handOff(io, root);
}
