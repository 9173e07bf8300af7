import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, messageOf } from '../../core/errors.ts';
import type { ReportTotals } from '../../core/policy/report/facts.ts';
import { totalsOf } from '../../core/policy/report/json.ts';
import { writeSideFile } from '../files/durable-file.ts';

const NAME = /^morning-report-(\d{8})\.(md|json)$/;
const compact = (date: string): string => date.replaceAll('-', '');

/** The reports of a folder, `morning-report-<YYYYMMDD>.md` and the same as JSON. */
export interface ReportFiles {
  write(
    date: string,
    texts: { readonly markdown: string; readonly json: string },
  ): {
    readonly path: string;
    readonly jsonPath: string;
  };
  /** When the latest was written, epoch milliseconds; null = there is none. */
  lastAt(): number | null;
  /** What the latest report of an earlier day said. */
  before(date: string): ReportTotals | null;
}

/** Files replaced whole; the folder is asked for anew with each call (R-PROD-071). */
export function createReportFiles(dirOf: () => string): ReportFiles {
  const names = (kind: 'md' | 'json') => namesIn(dirOf()).filter((name) => NAME.exec(name)?.[2] === kind);
  return {
    write(date, { markdown, json }) {
      const dir = dirOf();
      const [path, jsonPath] = ['md', 'json'].map((kind) =>
        join(dir, `morning-report-${compact(date)}.${kind}`),
      );
      try {
        mkdirSync(dir, { recursive: true });
        // The one for people last: where it is, the other is too.
        writeSideFile(jsonPath as string, json, 0o644);
        writeSideFile(path as string, markdown, 0o644);
      } catch (error) {
        throw new AppError('storage-failed', `cannot write the report ${path}: ${messageOf(error)}`, {
          cause: error,
          hint: 'make the folder writable, or set reports_dir',
        });
      }
      return { path: path as string, jsonPath: jsonPath as string };
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
