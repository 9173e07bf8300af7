/** What the brake file says; unreadable counts as armed (fail-safe, R-PROD-060). */
export interface BrakeReading {
  readonly armed: boolean;
  readonly reason: string | null;
  /** Names this very arming: whoever writes the file again makes another. Null: not armed, or no plain file. */
  readonly mark: string | null;
  /** When somebody wrote that it is released (epoch ms); absent: armed, or nobody did. */
  readonly releasedAt?: number;
}

/** The file that stops a project even when nothing else can be reached. */
export interface BrakeFile {
  readonly path: string;
  /** Synchronous and cheap: asked right before each spawn. */
  read(): BrakeReading;
  arm(reason: string): void;
  disarm(): void;
  /** Takes away the arming of that mark, and no other; false when the file was written since. */
  lift(mark: string): boolean;
  /** Calls back when what it says changes, at the latest after `pollMs`. */
  watch(onChange: (reading: BrakeReading) => void, pollMs?: number): () => void;
}
