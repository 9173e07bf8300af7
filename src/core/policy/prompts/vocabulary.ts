/** A command with its flags and the commands below it. */
export interface CommandWords {
  /** Its name, then other names. */
  readonly names: readonly [string, ...string[]];
  /** Flags, as `--json` or `-h`, and whether a value follows. */
  readonly flags: ReadonlyMap<string, boolean>;
  /** Takes words that are no commands. */
  readonly takesWords: boolean;
  readonly commands: readonly CommandWords[];
}

/** What there is to call, over all surfaces that a prompt may name. */
export interface Vocabulary {
  /** The executables. */
  readonly programs: readonly CommandWords[];
  /** Fastify paths: `:name` segments are anything. */
  readonly endpoints: readonly { readonly method: string; readonly path: string }[];
  readonly mcpTools: readonly string[];
  readonly apiPort: number;
}

/** One thing that a prompt should not hold, or lacks. */
export interface PromptFault {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  /** What mends it. */
  readonly fix: string;
}
