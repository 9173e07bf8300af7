import { join } from 'node:path';
import { clampPreview } from '../../../core/policy/dispatch/clamps.ts';
import { PREVIEW_CHARS_PER_LINE } from '../../../core/policy/dispatch/limits.ts';
import { cutCharacters } from '../../../core/policy/dispatch/texts.ts';
import type { Preview } from '../../../core/ports/agent-scan.ts';
import { readBeginning } from './read-text.ts';

const BYTES_PER_CHARACTER_MAX = 4;

/** The first lines of a text, at most 200 characters a line on the whole; null when there is none (R-AD-065). */
export async function previewText(directory: string, file: string, lines: number): Promise<Preview | null> {
  const linesMax = clampPreview(lines);
  if (linesMax === 0) return null;
  const charsMax = Math.max(PREVIEW_CHARS_PER_LINE, linesMax * PREVIEW_CHARS_PER_LINE);
  const beginning = await readBeginning(join(directory, file), charsMax * BYTES_PER_CHARACTER_MAX);
  if (beginning === null) return null;
  const all = beginning.text.replace(/\r?\n$/, '').split(/\r?\n/);
  const whole = all.slice(0, linesMax).join('\n');
  const text = cutCharacters(whole, charsMax);
  return { text, truncated: beginning.hasMore || all.length > linesMax || text.length < whole.length };
}
