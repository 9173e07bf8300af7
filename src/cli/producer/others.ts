import type { Command } from 'commander';
import { report } from '../../api/operations/report.ts';
import { act, type Runtime } from '../cli.ts';
import { addDoctor } from '../commands/doctor.ts';
import { addPricing } from '../commands/pricing.ts';
import { verb, verbOf } from './verb.ts';

/** `init`, `report`, `pricing` and `doctor`. */
export function addOtherVerbs(runtime: Runtime, program: Command): void {
  program
    .command('init')
    .description('Write producer.yaml, prompts and an empty ledger, then go on in Claude Code')
    .option('--dir <path>', 'folder; made when it is not there')
    .option('--force', 'overwrite files that are there')
    .option('--non-interactive', 'ask nothing')
    .option('--no-chat', 'do not go on in Claude Code')
    .action(
      act(runtime, async ({ io }, { flags }) => {
        const { initRoles } = await import('../scaffold/init-roles.ts');
        return initRoles(io, {
          ...(flags.dir === undefined ? {} : { dir: String(flags.dir) }),
          ...{ force: flags.force === true, nonInteractive: flags.nonInteractive === true },
          noChat: flags.chat === false,
        });
      }),
    );
  addPricing(runtime, program);
  addDoctor(runtime, program);
  verbOf(program, 'report')
    .description('Write the morning report; prints its path')
    .option('--date <day>', 'UTC day it is about, such as 2026-11-20; default today')
    .action(
      verb(runtime, async ({ flags, run, say }) => {
        const day = flags.date === undefined ? {} : { date: flags.date };
        say((await run<{ path: string }>(report as never, day)).path);
        return undefined;
      }),
    );
}
