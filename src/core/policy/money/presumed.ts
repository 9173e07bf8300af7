import type { RunId } from '../../ids.ts';
import { PRESUMED_RUNS_MAX } from '../../money-limits.ts';
import type { BudgetState, Presumed } from './money-state.ts';
import { addSpent } from './settle-cost.ts';

/** Remembers what was charged for a run whose end nobody told: its cost may still come. */
export function presume(budget: BudgetState, leaseId: RunId, presumed: Presumed): BudgetState {
  const all = [...Object.entries(budget.presumed ?? {}), [leaseId, presumed] as const];
  return { ...budget, presumed: Object.fromEntries(all.slice(-PRESUMED_RUNS_MAX)) };
}

/** What was charged for such a run; null = nothing was, or it is long ago. */
export function presumedOf({ presumed }: BudgetState, leaseId: RunId): Presumed | null {
  return presumed !== undefined && Object.hasOwn(presumed, leaseId) ? (presumed[leaseId] ?? null) : null;
}

/** The cost that is told late takes the place of what was charged. */
export function correct(budget: BudgetState, leaseId: RunId, microUsd: number): BudgetState {
  const { [leaseId]: before, ...presumed } = budget.presumed ?? {};
  if (before === undefined) return budget;
  return addSpent({ ...budget, presumed }, { ...before, microUsd: microUsd - before.microUsd });
}
