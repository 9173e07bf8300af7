/** A report that was written. */
export interface WrittenReport {
  /** UTC day it is about, `YYYY-MM-DD`. */
  readonly date: string;
  readonly path: string;
  readonly jsonPath: string;
  readonly markdown: string;
}

/** Morning reports as files (R-PROD-071). */
export interface Reports {
  /** Gathers, writes and notes it in the audit trail; a report of the same day is replaced. */
  write(date: string, by: { readonly channel: string; readonly actor: string }): Promise<WrittenReport>;
  /** When the latest one was written, epoch milliseconds; null = none is there. */
  lastAt(): number | null;
}
