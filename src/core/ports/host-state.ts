import type { HostId, RunId } from '../ids.ts';
import type { StopCause } from '../schema/agent-outcome.ts';

/** What this host knows of the brake, and what it runs; read in the same tick as `spawn`. */
export interface HostState {
  readonly hostId: HostId;
  /** Takes the governor's news; older news than known is ignored. */
  applyEpoch(epoch: number, armed: boolean, stopRunning: boolean, autoReason?: string): void;
  epoch(): { readonly epoch: number | null; readonly armed: boolean };
  /** The brake file or a lost server holds this host back, whatever the governor said last. */
  holdBack(reason: string | null): void;
  /** Waits for news when the lease is newer than this host's epoch. */
  catchUp(leaseEpoch: number): Promise<void>;
  /** Throws {@link StopReason} unless a run of this lease may start this very moment. */
  mayStart(leaseEpoch: number): void;
  /** Registers a run; its abort reason is a {@link StopReason}. */
  begin(runId: RunId): { readonly signal: AbortSignal; end(): void };
  stopRun(runId: RunId, cause: StopCause): boolean;
  stopAll(cause: StopCause): void;
  runs(): readonly RunId[];
}
