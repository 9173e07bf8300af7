import { messageOf } from '../../core/errors.ts';
import { USAGE_DISCOVERY_BYTES_MAX, USAGE_REPORT_BYTES_MAX } from '../../core/limits.ts';
import { USAGE_LINE_BYTES_MAX } from '../../core/policy/dispatch/limits.ts';
import { usageLine } from '../../core/policy/dispatch/usage-line.ts';
import type { UsageRecord } from '../../core/policy/dispatch/usage-record.ts';
import { typicalOf } from '../../core/policy/dispatch/usage-typical.ts';
import type { UsageJournal } from '../../core/ports/usage-journal.ts';
import { appendLine, fingerprintOf, readRecords } from './usage-files.ts';

export interface UsageJournalConfig {
  readonly path: string;
  /** `settings.usage_log` as it is now (R-ADX-029). */
  readonly isEnabled: () => Promise<boolean>;
  /** Hears once that the journal cannot be written, and again only after it could be in between. */
  readonly onWarning: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

/** The usage journal in a file that all processes and tools of a user share (R-ADX-027, R-ADX-028). */
export function createUsageJournal({ path, isEnabled, onWarning }: UsageJournalConfig): UsageJournal {
  let broken = false;
  let known: { readonly fingerprint: string; readonly records: readonly UsageRecord[] } | null = null;

  async function recent(): Promise<readonly UsageRecord[]> {
    const fingerprint = fingerprintOf(path);
    if (known?.fingerprint !== fingerprint) {
      known = { fingerprint, records: await readRecords(path, USAGE_DISCOVERY_BYTES_MAX) };
    }
    return known.records;
  }

  return {
    async note(usage) {
      try {
        if (!(await isEnabled())) return;
        const line = usageLine(usage);
        // One append of this size is never torn; the texts in it are cut so that none is larger.
        if (Buffer.byteLength(line) <= USAGE_LINE_BYTES_MAX) appendLine(path, line);
        broken = false;
      } catch (error) {
        if (!broken) onWarning('the usage journal cannot be written', { path, error: messageOf(error) });
        broken = true;
      }
    },

    async typical(agent) {
      return (await isEnabled()) ? typicalOf(await recent(), agent) : null;
    },

    records: () => readRecords(path, USAGE_REPORT_BYTES_MAX),
  };
}
