import type { Row } from './bench.ts';
import { short } from './numbers.ts';

const HEAD = ['row', 'what', 'ours', 'floor', 'ratio', 'target', '', 'load', 'steal'];

/** The table at the end, as Markdown that also reads well in a terminal. */
export function renderTable(rows: readonly Row[]): string {
  const lines = rows.map(({ id, what, unit, ours, floor, ratio, target, reached, conditions }) => [
    id,
    what,
    `${short(ours)} ${unit}`,
    short(floor),
    ratio === null ? '-' : `${short(ratio)}x`,
    target ?? '-',
    reached === null ? 'reported' : reached ? 'reached' : 'MISSED',
    String(conditions.load1),
    `${conditions.stealPercent}%`,
  ]);
  const widths = HEAD.map((head, column) =>
    Math.max(head.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const render = (line: readonly string[]) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [render(HEAD), rule, ...lines.map(render)].join('\n');
}

/** What a table has no room for: quantiles, where the time went, costs per task. */
export function renderDetails(rows: readonly Row[]): string {
  const text = (value: unknown): string => {
    if (typeof value === 'number') return short(value);
    if (Array.isArray(value)) return value.map(text).join(' .. ');
    if (typeof value === 'object' && value !== null) {
      return Object.entries(value)
        .map(([name, inner]) => `\n      ${name}: ${text(inner)}`)
        .join('');
    }
    return String(value);
  };
  return rows
    .filter(({ more }) => more !== undefined)
    .map(
      ({ id, more = {} }) =>
        `  ${id}\n${Object.entries(more)
          .map(([name, value]) => `    ${name}: ${text(value)}`)
          .join('\n')}`,
    )
    .join('\n');
}
