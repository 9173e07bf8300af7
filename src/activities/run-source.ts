import type { RunId } from '../core/ids.ts';
import type { Grant } from '../core/policy/money/money-state.ts';
import type { AgentRequest } from '../core/ports/agent.ts';
import type { AgentOutcome } from '../core/schema/agent-outcome.ts';
import type { RunRecord } from '../core/schema/run-record.ts';

/** Everything the adapter needs, or why the prompt could not be made. */
export type PreparedRequest = (AgentRequest & { readonly kind: string }) | { readonly failed: string };

/** What the record of a run says before anything is known of its process. */
export type RunIdentity = Pick<
  RunRecord,
  | 'runId'
  | 'taskId'
  | 'jobId'
  | 'surface'
  | 'queueName'
  | 'inProgressQueue'
  | 'agent'
  | 'attempt'
  | 'retryCount'
  | 'timeoutSeconds'
>;

/** Where a run comes from: a route's task or somebody's call. Everything else about running it is the same. */
export interface RunSource {
  readonly identity: RunIdentity & { readonly runId: RunId };
  /** Brake epoch of its lease. */
  readonly epoch: number;
  /** What it may spend and what is held for it; empty under a governor without a budget. */
  readonly grant: Partial<Grant>;
  prepare(taskToken: string): Promise<PreparedRequest>;
  /** Last look before the process is made; false = it was called off. */
  mayRun?(prompt: string): Promise<boolean>;
  /** The agent works; what is durably noted of that. Never rejects. */
  noteRunning(prompt: string): Promise<void>;
  /** Watches what may end the run from outside; answers the way to stop watching. */
  follow(): () => void;
  /** An event of the agent, beside its record. */
  onEvent?(type: string, data: Readonly<Record<string, unknown>>): void;
  /** Has its agent asked a person something that it has not been told the answer of? */
  asked(): Promise<boolean>;
  /** Keeps what the agent said before the run's ending is reported without it. Never rejects. */
  keep?(outcome: AgentOutcome, asked: boolean): Promise<void>;
}
