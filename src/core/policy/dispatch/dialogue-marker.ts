import { readSelfReport } from './self-report.ts';

/** How an agent says that the question is answered (R-AD-089). */
export const RESOLVED_MARKER = '[RESOLVED]';

/** Emphasis around the marker, then what may end a sentence. */
const AFTER_MARKER = /^([*_`]*)[\s.!]*$/;

/** Does the message end with the marker? In the middle of a text it means nothing; a line about the state may follow (R-AD-092). */
export function endsResolved(message: string): boolean {
  return splitAtMarker(message) !== null;
}

/** The message without the marker at its end (R-AD-090). */
export function withoutMarker(message: string): string {
  return splitAtMarker(message) ?? message;
}

/** What stands before the marker at the end; null = there is none. */
function splitAtMarker(message: string): string | null {
  const text = beforeStatus(message);
  const at = text.lastIndexOf(RESOLVED_MARKER);
  const [, emphasis] = at < 0 ? [] : (AFTER_MARKER.exec(text.slice(at + RESOLVED_MARKER.length)) ?? []);
  if (emphasis === undefined) return null;
  const before = text.slice(0, at);
  return (before.endsWith(emphasis) ? before.slice(0, before.length - emphasis.length) : before).trim();
}

function beforeStatus(message: string): string {
  const whole = message.trimEnd();
  if (readSelfReport(whole).outcome === null) return whole;
  return whole.slice(0, whole.lastIndexOf('\n') + 1).trimEnd();
}
