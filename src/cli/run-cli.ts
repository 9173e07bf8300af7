import { CommanderError } from 'commander';
import type { Runtime } from './cli.ts';
import type { Globals } from './globals.ts';
import type { CliIo } from './io.ts';
import { buildProgram } from './program.ts';
import { programsOf } from './programs-of.ts';
import { reportError } from './report-error.ts';

const USAGE_EXIT_CODE = 2;

/** Runs one command line and answers its exit code; never throws. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  const runtime: Runtime = { io, exitCode: 0, programs: programsOf(io) };
  let flags: Globals = flagsIn(argv);
  try {
    const program = await buildProgram(runtime, argv);
    try {
      await program.parseAsync(argv as string[], { from: 'user' });
    } finally {
      flags = { ...flags, ...program.opts<Globals>() };
    }
    return runtime.exitCode;
  } catch (error) {
    // Commander has printed its own message.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
    return reportError(error, io, flags);
  }
}

/** What decides how an error looks, before the flags are parsed. */
function flagsIn(argv: readonly string[]): Globals {
  return { json: argv.includes('--json'), debug: argv.includes('--debug') };
}
