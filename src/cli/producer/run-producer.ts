import { Command, CommanderError } from 'commander';
import { AppError, messageOf } from '../../core/errors.ts';
import { version } from '../../version.ts';
import type { Runtime } from '../cli.ts';
import type { CliIo } from '../io.ts';
import { neutralise } from '../neutralise.ts';
import { addBrakeVerbs } from './brake.ts';
import { addOtherVerbs } from './others.ts';
import { addRun } from './run.ts';
import { addTaskVerbs } from './tasks.ts';

const USAGE_EXIT_CODE = 2;
const FAILED = 1;

/**
 * The command line of ai-producer: its verbs, flags and lines over the same operations (R-PROD-001). A wrong usage ends
 * with 2, everything else that goes wrong with 1 and one line on stderr.
 */
export async function runProducer(argv: readonly string[], io: CliIo): Promise<number> {
  const runtime: Runtime = { io, exitCode: 0 };
  try {
    await producerProgram(runtime).parseAsync(argv as string[], { from: 'user' });
    return runtime.exitCode;
  } catch (error) {
    // Commander has printed its own message.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
    const hint = error instanceof AppError && error.hint !== undefined ? ` (${error.hint})` : '';
    io.stderr.write(`producer: ${neutralise(`${messageOf(error)}${hint}`)}\n`);
    if (!(error instanceof AppError) && argv.includes('--debug') && error instanceof Error)
      io.stderr.write(`${error.stack}\n`);
    return FAILED;
  }
}

/** All verbs; the global options may stand before or after them. */
function producerProgram(runtime: Runtime): Command {
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
