import type { z } from 'zod';

/** What a client may assume of a tool; hints only, clients show them to people and order their calls by them. */
export interface ToolHints {
  readonly title?: string;
  readonly readOnlyHint?: boolean;
  readonly destructiveHint?: boolean;
  readonly idempotentHint?: boolean;
  readonly openWorldHint?: boolean;
}

/** Where an operation stands on MCP. */
export interface McpBinding {
  readonly tool: string;
  /** For the model that chooses among tools; absent = the operation's summary. */
  readonly description?: string;
  readonly annotations?: ToolHints;
  /** The tool's parameters, where their names, types or defaults are not those of the operation's input (3.1). */
  readonly input?: z.ZodObject;
  /** Checked parameters as the operation's input; absent = as they are. */
  toInput?(params: Readonly<Record<string, unknown>>): unknown;
  /** What the client gets to read of an answer; absent = the answer. */
  render?(answer: unknown, params: Readonly<Record<string, unknown>>): unknown;
  /** Listed only to those who work on a task: inside an agent's run, or where it was asked for (R-AD-002). */
  readonly forTasks?: boolean;
}
