/** A report that was written. */
export interface WrittenReport {
  /** UTC day it is about, `YYYY-MM-DD`. */
  readonly date: string;
  readonly path: string;
  readonly jsonPath: string;
  /** Null = nobody wants the page as a file. */
  readonly htmlPath: string | null;
  readonly markdown: string;
  readonly html: string;
  /** Its figures in a line: no words of agents. */
  readonly summary: string;
}

/** Who has a report written, and whether its page is kept, too; absent = as the settings say. */
export interface ReportRequest {
  readonly channel: string;
  readonly actor: string;
  readonly page?: boolean;
}

/** Morning reports as files (R-PROD-071). */
export interface Reports {
  /** Gathers, writes and notes it in the audit trail; a report of the same day is replaced. */
  write(date: string, request: ReportRequest): Promise<WrittenReport>;
  /** When the latest one was written, epoch milliseconds; null = none is there. */
  lastAt(): number | null;
}
