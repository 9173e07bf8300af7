import {
  type Client,
  isGrpcServiceError,
  QueryRejectedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { AppError, messageOf } from '../core/errors.ts';

/** Runs a call with a connected client; a server that does not answer becomes `temporal-unavailable`. */
export type Guarded = <T>(call: (client: Client) => Promise<T>) => Promise<T>;

/** gRPC: CANCELLED, DEADLINE_EXCEEDED, UNAVAILABLE. */
const AWAY_CODES = new Set([1, 4, 14]);

export async function guardServer<T>(address: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isAway(error)) throw error;
    throw new AppError('temporal-unavailable', `the Temporal server at ${address} does not answer`, {
      cause: error,
      hint: 'check it with ./temporal-dev.sh status',
    });
  }
}

/** No workflow of that id is open. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof WorkflowNotFoundError || error instanceof QueryRejectedError;

function isAway(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (isGrpcServiceError(at) && AWAY_CODES.has(at.code)) return true;
  }
  return messageOf(error).includes('UNAVAILABLE');
}
