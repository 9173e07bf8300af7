import { AppError, errorPolicy, messageOf } from '../core/errors.ts';
import type { Globals } from './globals.ts';
import type { CliIo } from './io.ts';
import { neutralise, safeJson } from './neutralise.ts';
import { createStyle, wantsColour } from './style.ts';

const BUG_EXIT_CODE = 1;

/** Prints what went wrong on stderr and answers the exit code its kind has. */
export function reportError(
  error: unknown,
  io: CliIo,
  flags: Pick<Globals, 'json' | 'debug' | 'color'>,
): number {
  const known = error instanceof AppError ? error : null;
  const exitCode = known === null ? BUG_EXIT_CODE : errorPolicy(known.code).exitCode;
  if (flags.json === true) {
    const code = known?.code ?? 'internal';
    const hint = known?.hint === undefined ? {} : { hint: known.hint };
    const details = known?.details === undefined ? {} : { details: known.details };
    io.stderr.write(`${safeJson({ error: messageOf(error), code, ...hint, ...details })}\n`);
    return exitCode;
  }
  const style = createStyle(wantsColour({ flag: flags.color, isTTY: io.stderr.isTTY === true, env: io.env }));
  io.stderr.write(`${style.bad('error:')} ${neutralise(messageOf(error))}\n`);
  if (known?.hint !== undefined) io.stderr.write(`${style.dim('hint:')} ${neutralise(known.hint)}\n`);
  if (known === null && flags.debug !== true) {
    io.stderr.write(`${style.dim('hint:')} this is a fault of the program, not yours; --debug shows where\n`);
  }
  if (flags.debug === true) io.stderr.write(`${traces(error).map(neutralise).join('\n')}\n`);
  return exitCode;
}

const CAUSES_MAX = 10;

function traces(error: unknown): string[] {
  const lines: string[] = [];
  let current = error;
  for (let depth = 0; current instanceof Error && depth < CAUSES_MAX; depth += 1) {
    lines.push(`${depth === 0 ? '' : 'caused by '}${current.stack ?? current.message}`);
    current = current.cause;
  }
  return lines;
}
