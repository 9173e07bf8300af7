import { ATTENTION_FILE_BYTES_MAX } from '../../notice-limits.ts';
import type { Notice } from '../../schema/notice.ts';
import { isoSeconds } from './iso-seconds.ts';

const TITLE = '# Needs attention';
/** Above it the file is written anew, below it only ever grows. */
const LINE = '<!-- open notices above, all that were raised below -->';

/** The attention file: what is open now, then every notice as upstream appends it (R-PROD-078, R-PROD-080). */
export function attentionText(
  old: string,
  { open, fresh }: { readonly open: readonly Notice[]; readonly fresh: readonly Notice[] },
): string {
  const list = open.map(({ since, kind, subject }) => `- since ${isoSeconds(since)}: ${subject} (${kind})`);
  const head = [TITLE, '', ...(list.length === 0 ? ['_Nothing._'] : list), '', LINE, ''].join('\n');
  let log = logOf(old);
  for (const notice of fresh) {
    const block = blockOf(notice);
    // Written before, and not noted because of a crash.
    if (!log.includes(block)) log += block;
  }
  return head + clipLog(log);
}

function blockOf({ since, subject, body }: Notice): string {
  // A body must not look like a notice of its own.
  return `\n## ${isoSeconds(since)} — ${subject}\n\n${body.replaceAll(/^#/gm, ' #')}\n`;
}

/** A file that upstream began is all log. */
function logOf(old: string): string {
  const at = old.startsWith(TITLE) ? old.indexOf(`${LINE}\n`) : -1;
  return at === -1 ? old : old.slice(at + LINE.length + 1);
}

function clipLog(log: string): string {
  if (log.length <= ATTENTION_FILE_BYTES_MAX) return log;
  const from = log.indexOf('\n## ', log.length - ATTENTION_FILE_BYTES_MAX);
  return from === -1 ? log.slice(-ATTENTION_FILE_BYTES_MAX) : log.slice(from);
}
