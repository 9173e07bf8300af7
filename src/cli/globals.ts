import { type Command, InvalidArgumentError, Option } from 'commander';

/** The flags every command takes. */
export interface Globals {
  /** This very file, for commands that take one. */
  readonly config?: string;
  readonly dir?: string;
  readonly default?: boolean;
  readonly json?: boolean;
  readonly debug?: boolean;
  readonly color?: boolean;
  readonly quiet?: boolean;
  readonly port?: number;
  readonly host?: string;
  readonly temporalAddress?: string;
  readonly namespace?: string;
  readonly project?: string;
}

const PORT_MAX = 65_535;

/** A port as a flag value. */
export function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > PORT_MAX) {
    throw new InvalidArgumentError(`It must be a port from 0 to ${PORT_MAX}.`);
  }
  return Number(text);
}

/** Adds the global flags; they may stand before or after the command. */
export function addGlobals(program: Command): void {
  program
    .option('--dir <folder>', "work on this folder's project instead of the nearest dispatch.yaml")
    .option('--default', 'work on the project of this user that needs no dispatch.yaml')
    .option('--json', 'print JSON: one document, or one per line when following')
    .option('--debug', 'say more')
    .option('--quiet', 'print the data and errors only')
    .option('--no-color', 'no colours (NO_COLOR and FORCE_COLOR count too)')
    .option('--project <name>', 'name of the project')
    .option('--port <number>', 'port of the HTTP API', portNumber)
    .option('--host <address>', 'address the HTTP API listens on')
    .addOption(new Option('--temporal-address <host:port>', 'Temporal server to use'))
    .addOption(new Option('--namespace <name>', 'Temporal namespace to use'));
}
