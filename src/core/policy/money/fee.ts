import type { RunId, TaskId } from '../../ids.ts';
import { isRolePool } from '../pools.ts';
import type { BudgetState } from './money-state.ts';

/** Whose spending the fee of a dispatch counts as; a role of that name need not be there (R-PROD-014). */
export const FEE_AGENT = 'producer';

/** What starts, as far as the fee asks. */
export interface FeeAsker {
  readonly agent: string;
  readonly taskId: TaskId | null;
  readonly pool: string;
}

/** What a run costs beside what its agent costs, micro-dollars: a fee for each task of a role, and for nothing else. */
export function feeOf({ policy }: BudgetState, { taskId, pool }: FeeAsker): number {
  return taskId !== null && isRolePool(pool) ? (policy?.dispatchFeeMicroUsd ?? 0) : 0;
}

const ENDING = '/fee';

/** Under which id the fee of a run is booked. */
export const feeId = (runId: RunId): RunId => `${runId}${ENDING}`;

/** Is it the booking of a fee, and no run? */
export const isFeeId = (runId: RunId): boolean => runId.endsWith(ENDING);
