import type { AgentAdapter } from '../core/ports/agent.ts';
import type { Board } from '../core/ports/board.ts';
import type { Governor } from '../core/ports/governor.ts';
import type { HostState } from '../core/ports/host-state.ts';
import type { Log } from '../core/ports/log.ts';
import type { RouteTable } from '../core/ports/route-table.ts';
import type { Store } from '../core/ports/store.ts';
import type { Settings } from '../core/schema/settings.ts';

/** Asks the server whether a workflow is still open. */
export interface WorkflowLookup {
  isOpen(workflowId: string): Promise<boolean>;
}

/** Everything activities reach the world through. */
export interface ActivityPorts {
  settings(): Settings;
  readonly board: Board;
  readonly store: Store;
  readonly routes: RouteTable;
  readonly governor: Governor;
  readonly host: HostState;
  readonly workflows: WorkflowLookup;
  agent(kind: string): AgentAdapter;
  /** Base URL of the HTTP API for agents; null when none is up. */
  apiUrl(): string | null;
  /** A token bound to this run, when tokens are on. */
  runToken(runId: string, taskId: string): Promise<string | null>;
  /** Somebody should look at the board: a slot came free or a write happened. */
  wake(why: 'changed' | 'slot'): void;
  /** This task is known to be open although the governor's last answer does not name it. */
  expectBack(taskId: string): void;
  readonly log: Log;
}
