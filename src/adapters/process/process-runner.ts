import type { SpawnedProcess } from '../../core/ports/agent.ts';
import type { StopCause } from '../../core/schema/agent-outcome.ts';
import type { OutputStream } from './output-pump.ts';
import type { SignalStep } from './stop-ladder.ts';

/** One process tree to run. */
export interface ProcessSpec {
  readonly runId: string;
  /** Base64 activity task token, kept in the host ledger: a restarted worker can then fail this run at once. */
  readonly taskToken?: string | undefined;
  /** Program and arguments; no shell reads them (R-SYS-030). */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The whole environment; the run's marker is added. */
  readonly env: Readonly<Record<string, string>>;
  /** Text for its standard input; null = nothing to read. */
  readonly stdin: string | null;
  /** Null = only RUN_MS_MAX. The clock starts at spawn (R-ART-057). */
  readonly timeoutMs: number | null;
  /** Null = it may be silent for as long as it likes. */
  readonly silenceMs: number | null;
  /** File for the raw output. */
  readonly outputPath: string;
  /** How it is told to stop; COMMAND_LADDER unless given. */
  readonly ladder?: readonly SignalStep[];
  /** Bytes of a line that are kept; OUTPUT_LINE_BYTES_MAX unless given. */
  readonly lineBytesMax?: number;
}

/** What the caller hears while the process runs. */
export interface ProcessIo {
  /** Aborts with a `StopReason`; the tree is then taken down by the ladder. */
  readonly signal: AbortSignal;
  /** Called in the tick of the spawn; throws a `StopReason` when it may not start. */
  mayStart(): void;
  onSpawn(process: SpawnedProcess): void;
  /** Called once when it is told to stop, before the first signal: later lines are its answer to that. */
  onStop?(): void;
  /** Gets each line; the buffer is only valid during the call. False = no more lines of this pipe wanted. */
  onLine(stream: OutputStream, line: Buffer, droppedBytes: number): boolean | undefined;
}

/** Why a process is no more. A run that was told to stop says so even when it then exits with 0. */
export type ProcessEnd =
  | {
      readonly kind: 'not-started';
      readonly code: string;
      readonly reason: string;
      readonly retryable: boolean;
    }
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timed-out'; readonly limitMs: number }
  | { readonly kind: 'stalled'; readonly silentMs: number }
  | { readonly kind: 'stopped'; readonly by: StopCause };

/** All there is to say about a process tree that is proven dead, or `leaked`. */
export interface ProcessResult {
  readonly end: ProcessEnd;
  /** Null when it never lived, or could not be brought down. */
  readonly exit: { readonly code: number | null; readonly signal: string | null } | null;
  readonly durationMs: number;
  readonly outputBytes: number;
  /** The last of both pipes in order of arrival, at most OUTPUT_TAIL_BYTES_MAX. */
  readonly tail: string;
  /** Processes survived every kill. */
  readonly leaked: boolean;
}

/** Runs process trees; kinds of agent are built on it. */
export interface ProcessRunner {
  /** Rejects only for faults of ours (`storage-full`, a throwing callback), never for anything the process did. */
  run(spec: ProcessSpec, io: ProcessIo): Promise<ProcessResult>;
}
