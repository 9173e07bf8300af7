import type { AuditEntry } from '../../ports/store.ts';
import type { GovernorState } from '../governor/state.ts';
import type { CapOverride } from '../money/money-state.ts';
import { MACHINERY } from './by-whom.ts';
import { changedKeys } from './changed-keys.ts';

type Change = Omit<AuditEntry, 'at'>;

/** Caps that count anew, by configuration or by hand; who set one stands in the line of that operation (R-PROD-009). */
export function budgetChanges(before: GovernorState | null, after: GovernorState): readonly Change[] {
  // The first state a project ever saves changes nothing.
  if (before?.budget === undefined || after.budget === undefined) return [];
  const action = 'budget-cap-changed';
  const keys = changedKeys(before.budget.policy, after.budget.policy);
  const [old, now] = [capsOf(before.budget.overrides), capsOf(after.budget.overrides)];
  return [
    ...(keys.length === 0
      ? []
      : [{ channel: 'file', actor: 'configuration', action, subject: after.project, detail: { keys } }]),
    ...[...new Set([...old.keys(), ...now.keys()])]
      .filter((name) => old.get(name) !== now.get(name))
      .map((subject) => ({
        ...{ ...MACHINERY, action, subject },
        // Null = no cap; absent = what the configuration says.
        detail: { from_micro_usd: old.get(subject), to_micro_usd: now.get(subject) },
      })),
  ];
}

const capsOf = (overrides: readonly CapOverride[]): ReadonlyMap<string, number | null> =>
  new Map(
    overrides.map(({ target, microUsd }) => [
      target.scope === 'agent' ? `agent ${target.name}` : `project ${target.period}`,
      microUsd,
    ]),
  );

/** Agents that are held back since they keep failing, and those that are let in again (R-PROD-063). */
export function breakerChanges(before: GovernorState | null, after: GovernorState): readonly Change[] {
  const [old, now] = [before?.breaker?.agents ?? {}, after.breaker?.agents ?? {}];
  const trippedAt = (agents: typeof now, name: string) => agents[name]?.trippedAt ?? null;
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((name) => trippedAt(old, name) !== trippedAt(now, name))
    .map((subject) => {
      const open = now[subject];
      if (open === undefined || open.trippedAt === null)
        return { ...MACHINERY, action: 'breaker-closed', subject, detail: {} };
      const detail = { failures: open.failures.length, open_until: isoOf(open.openUntil) };
      return { ...MACHINERY, action: 'breaker-opened', subject, detail };
    });
}

const isoOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
