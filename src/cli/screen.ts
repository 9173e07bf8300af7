import type { CliIo } from './io.ts';
import type { Output } from './output.ts';

/** A text on the terminal that is drawn over again in place. */
export interface Screen {
  draw(text: string): void;
  /** Leaves the last picture where it is and the cursor below it. */
  leave(): void;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_LINE = '\u001b[2K';
const CLEAR_BELOW = '\u001b[J';
const ROWS_DEFAULT = 24;

/** Draws at most as many lines as the terminal has, so that going back up always works. */
export function createScreen({ stdout }: CliIo, out: Pick<Output, 'redraws'>): Screen {
  let drawn = 0;
  return {
    draw(text) {
      if (!out.redraws) return;
      const lines = text.split('\n').slice(0, (stdout.rows ?? ROWS_DEFAULT) - 1);
      const up = drawn === 0 ? HIDE_CURSOR : `\u001b[${drawn}A\r`;
      stdout.write(`${up}${lines.map((line) => `${CLEAR_LINE}${line}\n`).join('')}${CLEAR_BELOW}`);
      drawn = lines.length;
    },
    leave() {
      if (drawn > 0) stdout.write(SHOW_CURSOR);
      drawn = 0;
    },
  };
}
