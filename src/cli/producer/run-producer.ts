import { CommanderError } from 'commander';
import { AppError, messageOf } from '../../core/errors.ts';
import type { Runtime } from '../cli.ts';
import type { CliIo } from '../io.ts';
import { neutralise } from '../neutralise.ts';
import { programsOf } from '../programs-of.ts';
import { producerProgram } from './program.ts';

const USAGE_EXIT_CODE = 2;
const FAILED = 1;

/**
 * The command line of ai-producer: its verbs, flags and lines over the same operations (R-PROD-001). A wrong usage ends
 * with 2, everything else that goes wrong with 1 and one line on stderr.
 */
export async function runProducer(argv: readonly string[], io: CliIo): Promise<number> {
  const runtime: Runtime = { io, exitCode: 0, programs: programsOf(io) };
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
