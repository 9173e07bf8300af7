import { onTestFinished } from 'vitest';
import { roleOf } from '../../src/core/policy/roles/names.ts';
import type { SpendRow } from '../../src/core/ports/spend.ts';
import { PRICES, SLOTS } from './night-figures.ts';
import type { Night } from './night-project.ts';

/** Somebody who looks at the books all night. */
export interface NightWatch {
  /** What was over its cap, in words. */
  readonly found: readonly string[];
  /** How often it has looked. */
  looks(): number;
  stop(): Promise<void>;
}

const LOOK_MS = 150;

/** What an account may show at most: its cap; where runs cost more than is held for them, one price of each slot beyond. */
const boundOf = ({ caps }: Night, name: string): number => {
  const { price, held } = PRICES[name] ?? { price: 40_000, held: 20_000 };
  return (caps[name] ?? 0) + (price > held ? SLOTS * price : 0);
};

/** Looks until it is stopped; it does not outlive the test. */
export function watchNight(night: Night): NightWatch {
  const found: string[] = [];
  let looks = 0;
  let over = false;
  const weigh = (day: string, sums: ReadonlyMap<string, number>): void => {
    for (const [name, sum] of sums) {
      const bound = boundOf(night, name);
      if (sum > bound) found.push(`${name} at ${sum} of ${bound} on ${day}`);
    }
  };
  const lookAtSpend = async () => {
    const rows = await night.project.context.store.records.listSpend({ limit: 100_000 });
    for (const day of new Set(rows.map((row) => row.day))) weigh(day, sumsOn(rows, day));
    looks += 1;
  };
  const rounds = (async () => {
    while (!over) {
      await lookAtSpend();
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  })();
  rounds.catch((error: unknown) => found.push(`nobody looked any more: ${String(error)}`));
  const stop = async () => {
    over = true;
    await rounds.catch(() => undefined);
  };
  onTestFinished(stop);
  return { found, looks: () => looks, stop };
}

/** What was spent on a UTC day by role, and by all under `project`. */
export function sumsOn(rows: readonly SpendRow[], day: string): Map<string, number> {
  const sums = new Map<string, number>();
  const add = (name: string, microUsd: number) => sums.set(name, (sums.get(name) ?? 0) + microUsd);
  for (const { agent, microUsd } of rows.filter((row) => row.day === day)) {
    add(roleOf(agent), microUsd);
    add('project', microUsd);
  }
  return sums;
}
