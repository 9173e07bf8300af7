/** One finished dispatch as the usage journal keeps it (R-ADX-027). */
export interface UsageRecord {
  /** Unix seconds; null = the line carries no plausible time. */
  readonly t: number | null;
  readonly agent: string;
  readonly ok: boolean;
  /** Dollars of this run. */
  readonly cost?: number;
  /** Milliseconds as the agent measured them, else wall time. */
  readonly ms?: number;
  readonly turns?: number;
  readonly outcome?: string;
  readonly err?: string;
  readonly cached: boolean;
  readonly caller?: string;
}
