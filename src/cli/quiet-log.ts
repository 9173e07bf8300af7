import type { Log } from '../core/ports/log.ts';
import type { Cli } from './cli.ts';

/** The log of a command that answers and ends: warnings for the person, the rest with `--debug`. */
export function createQuietLog({ out, globals }: Cli): Log {
  const line = (facts: Readonly<Record<string, unknown>>, message: string): string => {
    const known = Object.entries(facts).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    return [message, ...known].join(' ');
  };
  const more = (facts: Readonly<Record<string, unknown>>, message: string) => {
    if (globals.debug === true) out.note(line(facts, message));
  };
  const loud = (facts: Readonly<Record<string, unknown>>, message: string) => out.warn(line(facts, message));
  return { debug: more, info: more, warn: loud, error: loud };
}
