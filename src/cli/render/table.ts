import Table from 'cli-table3';
import { oneLine } from '../neutralise.ts';
import type { Output } from '../output.ts';

/** One column of a table. */
export interface Column<Row> {
  readonly title: string;
  text(row: Row): string;
  /** Shown as it is; for texts we coloured ourselves. */
  readonly styled?: boolean;
}

const GAP = 2;
const COLUMN_WIDTH_MIN = 6;
const NO_BORDER = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((part) => [part, '']),
);

/** Rows as aligned columns, cut to the terminal; cells are made harmless. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  out: Pick<Output, 'columns' | 'style'>,
): string {
  const cells = rows.map((row) =>
    columns.map(({ text, styled }) => (styled === true ? text(row) : oneLine(text(row)))),
  );
  const wanted = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((line) => widthOf(line[index] ?? ''))),
  );
  const table = new Table({
    head: columns.map(({ title }) => out.style.dim(title)),
    colWidths: fit(wanted, out.columns).map((width) => width + GAP),
    chars: NO_BORDER,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': GAP },
  });
  table.push(...cells);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Columns a text takes, colours aside; exact for what fits one cell each, enough to decide on widths. */
function widthOf(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: our own colour codes.
  return [...text.replaceAll(/\u001b\[[\d;]*m/g, '')].reduce(
    (sum, character) => sum + (isWide(character) ? 2 : 1),
    0,
  );
}

const isWide = (character: string): boolean =>
  /\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/u.test(
    character,
  );

/** Takes from the widest column until all fit. */
function fit(wanted: readonly number[], limit: number): number[] {
  const widths = [...wanted];
  const total = () => widths.reduce((sum, width) => sum + width + GAP, -GAP);
  while (total() > limit) {
    const widest = widths.indexOf(Math.max(...widths));
    const width = widths[widest] ?? 0;
    if (width <= COLUMN_WIDTH_MIN) break;
    widths[widest] = width - 1;
  }
  return widths;
}

/** Names and values, one pair a line, aligned. */
export function renderPairs(
  pairs: readonly (readonly [string, string])[],
  out: Pick<Output, 'style'>,
): string {
  const width = Math.max(0, ...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${out.style.dim(name.padEnd(width))}  ${value}`).join('\n');
}
