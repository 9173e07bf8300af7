import type { AgentAdapter } from '../core/ports/agent.ts';
import type { AgentRegistry } from '../core/ports/agent-registry.ts';
import type { Board } from '../core/ports/board.ts';
import type { Escalations } from '../core/ports/escalations.ts';
import type { Governor } from '../core/ports/governor.ts';
import type { HostState } from '../core/ports/host-state.ts';
import type { JobFiles } from '../core/ports/job-files.ts';
import type { Log } from '../core/ports/log.ts';
import type { Notices } from '../core/ports/notices.ts';
import type { Prices } from '../core/ports/prices.ts';
import type { Reports } from '../core/ports/reports.ts';
import type { RouteTable } from '../core/ports/route-table.ts';
import type { Store } from '../core/ports/store.ts';
import type { UsageJournal } from '../core/ports/usage-journal.ts';
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
  runToken(runId: string, subject: string): Promise<string | null>;
  /** Agents that callers may hand work to. */
  readonly agents: Pick<AgentRegistry, 'read'>;
  /** Jobs as files, where people and older tools look for them. */
  readonly jobFiles: JobFiles;
  readonly usage: UsageJournal;
  /** What models cost. */
  readonly prices: Prices;
  /** Tells people, off the path of what it is told by; never rejects. */
  readonly notices: Notices;
  /** Cases that people decide about. */
  readonly escalations: Escalations;
  readonly reports: Reports;
  /** All a run has printed, bounded; undefined when it is gone. */
  outputOf(runId: string): Promise<string | undefined>;
  /** This worker gives each task one try; what failed rests until somebody wants it to run again (R-PROD-035). */
  readonly onePass?: boolean;
  /** Somebody should look at the board: a slot came free or a write happened. */
  wake(why: 'changed' | 'slot'): void;
  /** This task is known to be open although the governor's last answer does not name it. */
  expectBack(taskId: string): void;
  readonly log: Log;
}
