import type { CliIo } from './io.ts';
import { neutralise, safeJson } from './neutralise.ts';
import { createStyle, type Style, wantsColour } from './style.ts';

/** Where a command's words go: data to stdout, the rest to stderr. */
export interface Output {
  readonly json: boolean;
  readonly style: Style;
  /** Columns of the terminal; without one there is no limit. */
  readonly columns: number;
  /** May lines on stdout be drawn over again? */
  readonly redraws: boolean;
  /** Text of ours for stdout; untrusted parts were made harmless before. */
  data(text: string): void;
  /** The one document of `--json`. */
  document(value: unknown): void;
  /** One line of a stream of documents. */
  line(value: unknown): void;
  /** Says what happens; silent with `--quiet`. */
  note(text: string): void;
  warn(text: string): void;
}

/** What of the flags decides how things are printed. */
export interface OutputFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean;
}

/** The output of one command. */
export function createOutput(io: CliIo, flags: OutputFlags): Output {
  const { stdout, stderr, env } = io;
  const json = flags.json === true;
  const isTTY = stdout.isTTY === true;
  const style = createStyle(!json && wantsColour({ flag: flags.color, isTTY, env }));
  const errorStyle = createStyle(wantsColour({ flag: flags.color, isTTY: stderr.isTTY === true, env }));
  return {
    ...{ json, style },
    columns: isTTY ? (stdout.columns ?? 80) : Number.POSITIVE_INFINITY,
    redraws: isTTY && !json && env.TERM !== 'dumb' && env.CI === undefined,
    data: (text) => void stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    document: (value) => void stdout.write(`${safeJson(value, 2)}\n`),
    line: (value) => void stdout.write(`${safeJson(value)}\n`),
    note(text) {
      if (flags.quiet !== true) stderr.write(`${neutralise(text)}\n`);
    },
    warn: (text) => void stderr.write(`${errorStyle.caution('warning:')} ${neutralise(text)}\n`),
  };
}
