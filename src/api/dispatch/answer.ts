import { refPayload } from '../../core/policy/dispatch/ref-payload.ts';
import type { DispatchResult } from '../../core/schema/dispatch.ts';

/** How a caller wants an answer. */
export interface Shape {
  readonly returnRef: boolean;
  readonly summaryChars: number;
}

/** The answer as the caller wants it: whole, or by reference to its job (R-AD-071). */
export function shaped(jobId: string, result: DispatchResult, { returnRef, summaryChars }: Shape) {
  return returnRef ? refPayload(jobId, result, summaryChars) : result;
}
