/** What a run leaves on its host, so that whoever comes after a killed worker can clean up. */
export interface HostLedger {
  intend(run: { readonly runId: string; readonly taskToken: string | null }): Promise<void>;
  started(
    runId: string,
    process: { readonly pid: number; readonly startTime: string; readonly containment: string },
  ): void;
  ended(runId: string): Promise<void>;
}
