import type { CallContext } from './operation.ts';

/** Who a request comes from, as far as its surface knows. */
export interface Identity {
  readonly actor: string;
  /** What an agent's own token is bound to: its task, or its dispatch without one; null = a full caller. */
  readonly boundTaskId: string | null;
  /** The run whose agent calls. */
  readonly callingRun: NonNullable<CallContext['callingRun']> | null;
}
