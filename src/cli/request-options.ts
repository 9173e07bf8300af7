import { type Command, InvalidArgumentError } from 'commander';

/** The options every way to call one agent has. */
export function addRequestOptions(command: Command): Command {
  return command
    .option('--context <text>', 'what the agent should know beforehand')
    .option('--goal <text>', 'what all this is for, beyond the task')
    .option('--caller <name>', 'who asks')
    .option('--group <name>', 'group of the agent; what it shares is sent along')
    .option('--response-format <format>', '"json" asks for one JSON value')
    .option('--timeout <seconds>', 'seconds for this call only, 10 to 7200', seconds);
}

/** Those of them that were given, as fields of a request. */
export function requestFrom(flags: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { context, goal, caller, group, responseFormat: response_format, timeout: timeout_seconds } = flags;
  const given = { context, goal, caller, group, response_format, timeout_seconds };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** A number of seconds as a flag value. */
export function seconds(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It must be a number of seconds.');
  return Number(text);
}
