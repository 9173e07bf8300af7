import { Command, CommanderError } from 'commander';
import { AppError, messageOf } from '../../core/errors.ts';
import { version } from '../../version.ts';
import type { Runtime } from '../cli.ts';
import type { CliIo } from '../io.ts';
import { neutralise, safeJson } from '../neutralise.ts';
import { addAgentVerbs } from './agents.ts';
import { addDoctor } from './doctor.ts';
import { addGroupVerbs } from './groups.ts';
import { addJobVerbs } from './jobs.ts';
import { addSetupVerbs } from './setup.ts';

const USAGE_EXIT_CODE = 2;
const FAILED = 1;

/**
 * The command line of agent-dispatch: its verbs, flags, exit codes and lines over the same operations (R-AD-130). What
 * goes wrong stands on stdout as ever, and everything but a wrong usage ends with 1.
 */
export async function runAgentDispatch(argv: readonly string[], io: CliIo): Promise<number> {
  const runtime: Runtime = { io, exitCode: 0 };
  try {
    await agentDispatchProgram(runtime).parseAsync(argv as string[], { from: 'user' });
    return runtime.exitCode;
  } catch (error) {
    // Commander has printed its own message.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
    const said = messageOf(error);
    if (argv.includes('--json')) io.stdout.write(`${safeJson({ error: said })}\n`);
    else io.stdout.write(`${STANDALONE.test(said) ? '' : 'Error: '}${neutralise(said)}\n`);
    if (!(error instanceof AppError)) io.stderr.write(`${error instanceof Error ? error.stack : said}\n`);
    return isMissingFolder(error) ? USAGE_EXIT_CODE : FAILED;
  }
}

/** Lines that have always begun like this. */
const STANDALONE = /^(Job not found|Invalid job id|Could not|Nothing to update)/;

/** A folder that is not there is a wrong argument (R-AD-132). */
const isMissingFolder = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'invalid-input' && error.details?.field === 'directory';

/** All verbs. */
export function agentDispatchProgram(runtime: Runtime): Command {
  const { stdout, stderr } = runtime.io;
  const program = new Command('agent-dispatch')
    .description(
      'Hands tasks to Claude Code agents in other folders; the verbs of agent-dispatch over dispatch.',
    )
    .version(`agent-dispatch, version ${version}`, '--version', 'print the version')
    .helpOption('--help', 'print help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
    });
  addSetupVerbs(runtime, program);
  addAgentVerbs(runtime, program);
  addGroupVerbs(runtime, program);
  addJobVerbs(runtime, program);
  addDoctor(runtime, program);
  return program;
}
