import { BUDGET_AGENTS_MAX, BUDGET_NAMES_CHARS_MAX } from '../../money-limits.ts';
import type { BudgetSettings } from '../../schema/settings.ts';
import type { BudgetState, CapPeriod, CapTarget } from './money-state.ts';

/** The caps that bind all agents together, in the order in which they are named as a reason. */
export const CAP_PERIODS: readonly CapPeriod[] = ['daily', 'monthly', 'total'];

/** The cap in force: what a person set, else what the configuration says; null = none. */
export function capOf({ policy, overrides }: BudgetState, target: CapTarget): number | null {
  const override = overrides.find((one) => isSameCap(one.target, target));
  return override === undefined ? fileCap(policy, target) : override.microUsd;
}

/** Is there a budget at all? Without one nothing is reserved. */
export const isBudgeted = ({ policy, overrides }: BudgetState): boolean =>
  policy !== null || overrides.length > 0;

/** The agents with a cap of their own, or one taken from them. */
export function cappedAgents({ policy, overrides }: BudgetState): ReadonlySet<string> {
  const set = overrides.flatMap(({ target }) => (target.scope === 'agent' ? target.name : []));
  return new Set([...Object.keys(policy?.agents ?? {}), ...set]);
}

/** A cap set by a person, at once; without room for it the same budget. */
export function setCap(budget: BudgetState, target: CapTarget, microUsd: number | null): BudgetState {
  if (!capFits(budget, target)) return budget;
  const others = budget.overrides.filter((one) => !isSameCap(one.target, target));
  const override = { target, microUsd, fileMicroUsd: fileCap(budget.policy, target) };
  return { ...budget, overrides: [...others, override] };
}

/** Is there room for one more cap? To be asked before it is accepted: beyond it is not kept. */
export function capFits({ overrides }: BudgetState, target: CapTarget): boolean {
  const names = overrides.flatMap((one) => (isSameCap(one.target, target) ? [] : nameOf(one.target)));
  return areBounded([...names, ...nameOf(target)]);
}

/** Takes a new configuration; a cap that it changes is its own again, the others stay as a person set them. */
export function setPolicy(budget: BudgetState, policy: BudgetSettings | null): BudgetState {
  if (policy !== null && !areBounded(Object.keys(policy.agents))) return budget;
  const overrides = budget.overrides.filter(
    ({ target, fileMicroUsd }) => fileCap(policy, target) === fileMicroUsd,
  );
  return { ...budget, policy, overrides };
}

/** May so many names be carried through Continue-As-New? */
export const areBounded = (names: readonly string[]): boolean =>
  names.length <= BUDGET_AGENTS_MAX &&
  names.reduce((sum, { length }) => sum + length, 0) <= BUDGET_NAMES_CHARS_MAX;

function fileCap(policy: BudgetSettings | null, target: CapTarget): number | null {
  if (policy === null) return null;
  if (target.scope === 'agent')
    return Object.hasOwn(policy.agents, target.name)
      ? (policy.agents[target.name]?.dailyMicroUsd ?? null)
      : null;
  return { daily: policy.dailyMicroUsd, monthly: policy.monthlyMicroUsd, total: policy.totalMicroUsd }[
    target.period
  ];
}

const nameOf = (target: CapTarget): string[] => (target.scope === 'agent' ? [target.name] : []);

function isSameCap(a: CapTarget, b: CapTarget): boolean {
  if (a.scope === 'agent') return b.scope === 'agent' && a.name === b.name;
  return b.scope === 'project' && a.period === b.period;
}
