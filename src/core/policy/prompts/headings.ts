import { WAKEUP_ROLE } from '../idle/wakeup.ts';
import type { PromptParts } from './prompt-lines.ts';
import type { PromptFault } from './vocabulary.ts';

/** What every role is to be told, in this order (R-PROD-093). */
const HEADINGS = [
  'Mission',
  'What you must read first',
  'Hard rules',
  'Output discipline',
  'Ledger discipline',
  'Queue self-replenishment — REQUIRED for autonomous operation',
  'Stop condition',
];
/** It finds out what is to be done and does none of it. */
const WAKEUP_HEADINGS = ['What you must read first', 'Hard rules', 'Output discipline', 'Stop condition'];

/** Sections that are missing, or have a heading and nothing below it. */
export function headingFaults(role: string, { lines }: PromptParts): readonly PromptFault[] {
  const sections = new Map<string, { readonly line: number; isEmpty: boolean }>();
  let open: { readonly line: number; isEmpty: boolean } | null = null;
  for (const { number, prose, code, isFenced } of lines) {
    const [, level, title = ''] = isFenced ? [] : (/^(#{1,2})\s+(.*?)\s*#*$/.exec(prose) ?? []);
    if (level !== undefined) {
      open = { line: number, isEmpty: true };
      if (level === '##' && !sections.has(plain(title))) sections.set(plain(title), open);
    } else if (open !== null && (prose.trim() !== '' || code.length > 0)) open.isEmpty = false;
  }
  return (role === WAKEUP_ROLE ? WAKEUP_HEADINGS : HEADINGS).flatMap((heading): PromptFault[] => {
    const found = sections.get(plain(heading));
    if (found === undefined) return [{ line: 1, text: `lacks the section "## ${heading}"`, fix: WRITE }];
    return found.isEmpty ? [{ line: found.line, text: `"## ${heading}" says nothing`, fix: WRITE }] : [];
  });
}

const WRITE = 'write it; agents/<role> of `dispatch init --roles` and docs/roles.md show what belongs there';

/** Upper and lower case and the kind of dash are no difference. */
const plain = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/\s*[-–—]+\s*/g, '-')
    .replaceAll(/\s+/g, ' ');
