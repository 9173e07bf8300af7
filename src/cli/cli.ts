import type { Command } from 'commander';
import type { Globals } from './globals.ts';
import type { CliIo } from './io.ts';
import { createOutput, type Output } from './output.ts';

/** What a command works with. */
export interface Cli {
  readonly io: CliIo;
  readonly out: Output;
  readonly globals: Globals;
}

/** What was typed behind a command's name. */
export interface Call {
  readonly args: readonly unknown[];
  readonly flags: Readonly<Record<string, unknown>>;
}

/** A command's work; a number is its exit code, nothing means 0. */
export type CliAction = (cli: Cli, call: Call) => Promise<number | undefined>;

/** Collects the exit code of the command that ran. */
export interface Runtime {
  readonly io: CliIo;
  exitCode: number;
  /** The command lines of all executables, for who checks what prompts call. */
  readonly programs?: () => Promise<readonly Command[]>;
}

/** Turns an action into what commander calls. */
export function act(runtime: Runtime, action: CliAction): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command;
    const globals = command.optsWithGlobals<Globals>();
    const cli: Cli = { io: runtime.io, globals, out: createOutput(runtime.io, globals) };
    runtime.exitCode = (await action(cli, { args: command.processedArgs, flags: command.opts() })) ?? 0;
  };
}
