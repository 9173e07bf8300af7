import type { Log } from '../../core/ports/log.ts';
import type { CallContext, OperationContext } from '../operation.ts';
import type { ToolOperation, ToolViewer } from './tools.ts';

/** Who calls, as far as the surface knows. */
export interface McpIdentity {
  readonly actor: string;
  /** The task of an agent's own token; null = a full caller. */
  readonly boundTaskId: string | null;
  readonly callingRun: NonNullable<CallContext['callingRun']> | null;
}

/** What one call runs in. */
export interface CallGround {
  readonly context: OperationContext;
  readonly identity: McpIdentity;
  /** Why the configuration as it stands was not taken; absent = all is well. */
  readonly warning?: string | null;
  /** How deep the caller's environment says it stands (R-AD-031). */
  readonly claimedDepth?: number;
}

/** What a server of one client works with. */
export interface McpSession {
  readonly viewer: ToolViewer;
  readonly version: string;
  readonly log: Log;
  /** Opens what is not open yet and sees to it that workers are there for an operation that needs them. */
  ground(operation: ToolOperation, progress: (text: string) => void): Promise<CallGround>;
}
