import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, messageOf } from '../../core/errors.ts';
import type { ReportTotals } from '../../core/policy/report/facts.ts';
import { totalsOf } from '../../core/policy/report/json.ts';
import type { WrittenReport } from '../../core/ports/reports.ts';
import { writeSideFile } from '../files/durable-file.ts';

const NAME = /^morning-report-(\d{8})\.(md|json|html)$/;
const compact = (date: string): string => date.replaceAll('-', '');

/** A report as it is told to people and to programs. */
interface ReportTexts {
  readonly markdown: string;
  readonly json: string;
  readonly html: string;
}

/** The reports of a folder, `morning-report-<YYYYMMDD>.md`, the same as JSON and, where it is wanted, as a page. */
export interface ReportFiles {
  write(
    date: string,
    texts: ReportTexts,
    options: { readonly page: boolean },
  ): Pick<WrittenReport, 'path' | 'jsonPath' | 'htmlPath'>;
  /** When the latest was written, epoch milliseconds; null = there is none. */
  lastAt(): number | null;
  /** What the latest report of an earlier day said. */
  before(date: string): ReportTotals | null;
}

/** Files replaced whole; the folder is asked for anew with each call (R-PROD-071). */
export function createReportFiles(dirOf: () => string): ReportFiles {
  const names = (kind: 'md' | 'json') => namesIn(dirOf()).filter((name) => NAME.exec(name)?.[2] === kind);
  return {
    write(date, { markdown, json, html }, { page }) {
      const dir = dirOf();
      const file = (kind: string) => join(dir, `morning-report-${compact(date)}.${kind}`);
      const path = file('md');
      const jsonPath = file('json');
      // A page that was once asked for must not stay behind the rest.
      const htmlPath = page || existsSync(file('html')) ? file('html') : null;
      try {
        mkdirSync(dir, { recursive: true });
        if (htmlPath !== null) writeSideFile(htmlPath, html, 0o644);
        // The one for people last: where it is, the others are too.
        writeSideFile(jsonPath, json, 0o644);
        writeSideFile(path, markdown, 0o644);
      } catch (error) {
        throw new AppError('storage-failed', `cannot write the report ${path}: ${messageOf(error)}`, {
          cause: error,
          hint: 'make the folder writable, or set reports_dir',
        });
      }
      return { path, jsonPath, htmlPath };
    },
    lastAt() {
      const times = names('md').map(
        (name) => statSync(join(dirOf(), name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
      );
      return times.length === 0 ? null : Math.max(...times);
    },
    before(date) {
      const older = names('json').filter((name) => (NAME.exec(name)?.[1] ?? '') < compact(date));
      const latest = older.toSorted().at(-1);
      return latest === undefined ? null : totalsOf(readFileSync(join(dirOf(), latest), 'utf8'));
    },
  };
}

function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
