import type { RunId, TaskId } from '../ids.ts';
import type { AgentOutcome, StopCause } from '../schema/agent-outcome.ts';
import type { ModelOptions } from '../schema/model-options.ts';
import type { TokensByModel } from '../schema/price-table.ts';
import type { RunEventType } from '../schema/run-event.ts';

/** Everything an adapter needs to run one agent once. */
export interface AgentRequest {
  readonly runId: RunId;
  /** Base64 activity task token for the host ledger: a restarted worker fails this run by it at once. */
  readonly taskToken?: string;
  /** The agent's name, for kinds whose settings stand elsewhere. */
  readonly agent?: string;
  readonly taskId: TaskId;
  readonly taskName: string;
  /** 1 for the first run of a task, then counted up. */
  readonly attempt: number;
  readonly prompt: string;
  /** What a conversation that really goes on is told instead: an answer it waits for. Absent = the prompt. */
  readonly resumePrompt?: string;
  /** Base command of the agent, already split; empty when the adapter brings its own. */
  readonly command: readonly string[];
  /** The route's extra arguments, placed between command and prompt (R-ART-018). */
  readonly args: readonly string[];
  readonly promptVia: 'argument' | 'stdin';
  readonly cwd: string;
  /** Variables added to the inherited environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Null = no timeout. The clock starts at spawn (R-ART-057). */
  readonly timeoutMs: number | null;
  /** Null = no silence watchdog. */
  readonly silenceMs: number | null;
  /** Conversation id fixed before the run, for kinds that resume (R-SYS-007). */
  readonly sessionId: string;
  /** True: the conversation exists already and goes on; `if-known`: it is begun when the agent does not know it. */
  readonly resume?: boolean | 'if-known';
  /** Absent = {@link NO_MODEL_OPTIONS}. */
  readonly model?: ModelOptions;
  /** What this run may spend, micro-dollars, beside its own cap; null and absent = no limit. */
  readonly allowanceMicroUsd?: number | null;
  /** File that receives the raw output. */
  readonly outputPath: string;
  /** File in which an agent without a protocol of its own may say what it has spent. */
  readonly costPath?: string;
}

/** Told once the process lives. */
export interface SpawnedProcess {
  readonly pid: number;
  /** Kernel start time of the pid; guards against pid reuse (R-SYS-033). */
  readonly startTime: string;
  readonly argv: readonly string[];
  readonly envKeys: readonly string[];
  /** Rung of the containment ladder in force. */
  readonly containment: string;
}

/** What an adapter talks to while its agent runs. */
export interface AgentRunIo {
  /** Aborts with an {@link StopReason} as `reason`; the adapter ends the tree and answers `stopped`. */
  readonly signal: AbortSignal;
  /** The last check before the process is made; throws {@link StopReason} when it may not start. */
  mayStart(): void;
  onSpawn(process: SpawnedProcess): void;
  onEvent(type: RunEventType, data: Readonly<Record<string, unknown>>): void;
  /** What the run has cost so far, micro-dollars, where that can be told: beyond its allowance it is stopped. */
  onSpend?(microUsd: number): void;
  /** The same in tokens, as far as they can be told; a lower bound. */
  onTokens?(tokens: TokensByModel): void;
}

/** Why a run must stop: the abort reason of {@link AgentRunIo.signal}. */
export interface StopReason {
  readonly stop: StopCause;
}

/** Is this abort reason or thrown value one of ours? */
export function isStopReason(value: unknown): value is StopReason {
  return typeof value === 'object' && value !== null && 'stop' in value;
}

/** Owns a whole run of one kind of agent: start, watch, timeout, clean up (R-ART-041). */
export interface AgentAdapter {
  readonly kind: string;
  /** Resolves when the tree is proven dead; never rejects for anything the agent did. */
  run(request: AgentRequest, io: AgentRunIo): Promise<AgentOutcome>;
}
