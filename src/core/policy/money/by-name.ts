import { roleOf } from '../roles/names.ts';

/** Sums by agent under the names of the configuration: what a role spent under its own name. */
export function byName(sums: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const named = new Map<string, number>();
  for (const [agent, microUsd] of Object.entries(sums)) {
    const name = roleOf(agent);
    named.set(name, (named.get(name) ?? 0) + microUsd);
  }
  return Object.fromEntries(named);
}
