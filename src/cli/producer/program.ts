import { Command } from 'commander';
import { version } from '../../version.ts';
import type { Runtime } from '../cli.ts';
import { addBrakeVerbs } from './brake.ts';
import { addOtherVerbs } from './others.ts';
import { addRun } from './run.ts';
import { addTaskVerbs } from './tasks.ts';

/** All verbs; the global options may stand before or after them. */
export function producerProgram(runtime: Runtime): Command {
  const { stdout, stderr } = runtime.io;
  const program = new Command('producer')
    .description('Runs a team of roles on a ledger of tasks; the verbs of ai-producer over dispatch.')
    .version(`producer ${version}`, '--version', 'print the version')
    .option('--config <path>', 'path of the producer.yaml')
    .option('--debug', 'say more')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
    });
  addRun(runtime, program);
  addTaskVerbs(runtime, program);
  addBrakeVerbs(runtime, program);
  addOtherVerbs(runtime, program);
  return program;
}
