import type { AgentSpec, Route, RouteConfig } from '../schema/route.ts';

/** Renders the prompt of a route that was registered with a function in code (R-ART-017). */
export type PromptFunction = (taskId: string, taskName: string, task: unknown) => string | Promise<string>;

/**
 * The effective routes: those of the file or the code, overlaid by what an API changed (R-ART-109). Every call
 * sees the latest state of both; routes are in registration order.
 */
export interface RouteTable {
  list(): Promise<readonly Route[]>;
  /** Null: no such route. */
  find(queueName: string): Promise<Route | null>;
  /** The agent a route runs, with the route's own overrides applied. */
  agentOf(route: Route): Promise<AgentSpec>;
  promptFunction(queueName: string): PromptFunction | null;
  /** `already-exists` when the queue has a route. */
  create(config: RouteConfig): Promise<Route>;
  /** `route-not-found`; only the given fields change. */
  update(queueName: string, patch: Partial<RouteConfig>): Promise<Route>;
  remove(queueName: string): Promise<void>;
  /** A queue got a new name: routes, in-progress, completed and dead-letter references follow (R-ART-104). */
  renameQueue(from: string, to: string): Promise<void>;
  /** Calls back after any change, of this or another process. */
  onChange(listener: () => void): () => void;
}
