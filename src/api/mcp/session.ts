import type { Log } from '../../core/ports/log.ts';
import type { Identity } from '../identity.ts';
import type { OperationContext } from '../operation.ts';
import type { ToolOperation, ToolViewer } from './tools.ts';

/** What one call runs in. */
export interface CallGround {
  readonly context: OperationContext;
  readonly identity: Identity;
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
