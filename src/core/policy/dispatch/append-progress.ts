import type { RunEventType } from '../../schema/run-event.ts';
import { PROGRESS_LINE_CHARS_MAX, PROGRESS_LINES_MAX } from './limits.ts';
import { cutCharacters } from './texts.ts';

/** An event of a run as its adapter tells it. */
export interface ProgressEvent {
  readonly type: RunEventType | (string & {});
  readonly data: Readonly<Record<string, unknown>>;
}

/** The last lines of a run with what it just did: 20 of at most 300 characters; events that say nothing change nothing (R-AD-112). */
export function appendProgress(lines: readonly string[], event: ProgressEvent): readonly string[] {
  const line = progressLine(event);
  return line === '' ? lines : [...lines, line].slice(-PROGRESS_LINES_MAX);
}

/** One line of progress; empty when there is nothing to show (R-AD-055, R-AD-086). */
export function progressLine({ type, data }: ProgressEvent): string {
  return cutCharacters(lineOf(type, data), PROGRESS_LINE_CHARS_MAX);
}

function lineOf(type: string, { text, tool }: Readonly<Record<string, unknown>>): string {
  if (type === 'tool_use') return `Using tool: ${typeof tool === 'string' ? tool : 'unknown'}`;
  const says = type === 'text' || type === 'stdout';
  return says && typeof text === 'string' ? text.trim() : '';
}
