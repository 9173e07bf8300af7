/** What an agent says of its own work (R-ADX-020). */
export type SelfReport = 'done' | 'partial' | 'blocked';

const MARKER = /^[\s*_`]*status[\s*_`]*:[\s*_`]*(done|partial|blocked)(?![\w|/])(.*)$/i;
const BARE_REST = /^[\s*_`.]*$/;

/**
 * Reads the agent's verdict on itself from the last line that is not empty. A bare line is taken out of the text, one
 * with a reason stays. Never our verdict (R-ADX-020).
 */
export function readSelfReport(text: string): { readonly text: string; readonly outcome: SelfReport | null } {
  const whole = text.trimEnd();
  const start = whole.lastIndexOf('\n') + 1;
  const [, word, rest = ''] = MARKER.exec(whole.slice(start)) ?? [];
  if (word === undefined) return { text, outcome: null };
  const outcome = word.toLowerCase() as SelfReport;
  return { text: BARE_REST.test(rest) ? whole.slice(0, start).trimEnd() : text, outcome };
}
