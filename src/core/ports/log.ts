/** One log line: a constant message, facts as fields (R-ART-120). */
export interface Log {
  debug(facts: Readonly<Record<string, unknown>>, message: string): void;
  info(facts: Readonly<Record<string, unknown>>, message: string): void;
  warn(facts: Readonly<Record<string, unknown>>, message: string): void;
  error(facts: Readonly<Record<string, unknown>>, message: string): void;
  /** Lets a hot path skip making facts nobody reads; absent = always on. */
  isLevelEnabled?(level: 'debug'): boolean;
}
