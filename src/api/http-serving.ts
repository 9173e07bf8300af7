import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Log } from '../core/ports/log.ts';
import type { Identity } from './identity.ts';
import type { OperationContext } from './operation.ts';
import type { EventStreams } from './sse.ts';

/** What all routes of one server share. */
export interface HttpServing {
  readonly context: OperationContext;
  readonly streams: EventStreams;
  readonly log: Log;
  /** Refuses queue and route changes unless they are enabled (R-ART-110). */
  readonly requireManagement: onRequestHookHandler;
  /** Leaves a line in the log. */
  onWrite(operation: string, request: FastifyRequest): void;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before any handler runs. */
    identity: Identity;
  }
}
