import { styleText } from 'node:util';

/** How the parts of a text are told apart on a terminal; without colour every one gives its text back. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  caution(text: string): string;
}

const asIs = (text: string): string => text;
const PLAIN: Style = { bold: asIs, dim: asIs, good: asIs, bad: asIs, caution: asIs };

type Format = Parameters<typeof styleText>[0];
const as =
  (format: Format) =>
  (text: string): string =>
    styleText(format, text, { validateStream: false });
const COLOURED: Style = {
  bold: as('bold'),
  dim: as('dim'),
  good: as('green'),
  bad: as('red'),
  caution: as('yellow'),
};

/** What decides about colour. */
export interface ColourQuestion {
  /** `--color` or `--no-color`; undefined = neither. */
  readonly flag: boolean | undefined;
  readonly isTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** `--no-color` over NO_COLOR over FORCE_COLOR over what the terminal is (TERM=dumb has none). */
export function wantsColour({ flag, isTTY, env }: ColourQuestion): boolean {
  if (flag === false) return false;
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTTY && env.TERM !== 'dumb';
}

/** The style for an answer to {@link wantsColour}. */
export function createStyle(coloured: boolean): Style {
  return coloured ? COLOURED : PLAIN;
}
