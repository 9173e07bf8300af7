import type { Readable, Writable } from 'node:stream';

/** The process around a command; the only thing a command knows of it. */
export interface CliIo {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stop: Stop;
}

/** How a person or the system ends a command. */
export interface Stop {
  /** Aborts with the signal's name as reason. */
  readonly signal: AbortSignal;
  /** Nobody reads our output any more. */
  readonly unread: AbortSignal;
  /** A second signal to a command that has more to end in order; a third one ends it at once. */
  readonly again: AbortSignal;
  /** From now on the command ends itself when `signal` aborts; a second signal ends it at once, or aborts `again`. */
  takeOver(seconds?: 'second-ends' | 'second-is-mine'): void;
}
