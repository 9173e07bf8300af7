import { readSelfReport } from './self-report.ts';

/** How an agent says that the question is answered (R-AD-089). */
export const RESOLVED_MARKER = '[RESOLVED]';

const AT_END = /[\s*_`]*\[RESOLVED\][\s*_`.!]*$/;

/** Does the message end with the marker? Quoting it in the middle means nothing; a line about the state may follow (R-AD-092). */
export function endsResolved(message: string): boolean {
  return AT_END.test(beforeStatus(message));
}

/** The message without the marker at its end (R-AD-090). */
export function withoutMarker(message: string): string {
  return beforeStatus(message).replace(AT_END, '').trim();
}

function beforeStatus(message: string): string {
  const whole = message.trimEnd();
  if (readSelfReport(whole).outcome === null) return whole;
  return whole.slice(0, whole.lastIndexOf('\n') + 1).trimEnd();
}
