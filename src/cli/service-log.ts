import pino, { type Logger } from 'pino';
import type { Cli } from './cli.ts';
import { oneLine } from './neutralise.ts';
import { createStyle, type Style, wantsColour } from './style.ts';

/** The log of a process that stays: JSON lines on stderr, readable ones on a terminal (R-ART-119). */
export function createServiceLog({ io, globals }: Cli, debug: boolean): Logger {
  const level = debug ? 'debug' : globals.quiet === true ? 'warn' : 'info';
  const isTTY = io.stderr.isTTY === true;
  if (!isTTY) return pino({ level, base: null }, { write: (line) => void io.stderr.write(line) });
  const style = createStyle(wantsColour({ flag: globals.color, isTTY, env: io.env }));
  return pino({ level, base: null }, { write: (line) => void io.stderr.write(`${readable(line, style)}\n`) });
}

const DEBUG = 20;
const WARN = 40;
const ERROR = 50;

/** One line of the log for a person: time, message, facts. */
function readable(line: string, style: Style): string {
  const { level, time, msg, ...facts } = JSON.parse(line) as { level: number; time: number; msg?: string };
  const at = new Date(time).toTimeString().slice(0, 8);
  const known = Object.entries(facts).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const text = oneLine(msg ?? '');
  const marked =
    level >= ERROR
      ? style.bad(text)
      : level >= WARN
        ? style.caution(text)
        : level <= DEBUG
          ? style.dim(text)
          : text;
  return `${style.dim(at)} ${marked} ${style.dim(oneLine(known.join(' ')))}`.trimEnd();
}
