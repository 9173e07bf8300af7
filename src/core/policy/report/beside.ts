import type { AgentSpend, DayFacts } from './facts.ts';

/** What the records know of a day, micro-dollars by agent. */
export interface DayRecords {
  /** Of all runs. */
  readonly all: Readonly<Record<string, number>>;
  /** Of calls alone, which no ledger knows of. */
  readonly calls: Readonly<Record<string, number>>;
}

type Spending = Pick<DayFacts, 'spend' | 'spentMicroUsd'>;

/**
 * The day's spending with what no ledger knows of: calls by people and by other agents, and runs that were lost. Caps
 * count it, and so does a report (R-PROD-073).
 */
export function withBeside(
  { spend, spentMicroUsd }: Spending,
  { all, calls }: DayRecords,
  capOf: (agent: string) => Pick<AgentSpend, 'capMicroUsd' | 'softCapMicroUsd'>,
): Spending & { readonly besideMicroUsd: number } {
  const known = new Map(spend.map((line) => [line.agent, line]));
  let besideMicroUsd = 0;
  for (const [agent, recorded] of Object.entries(all)) {
    const line = known.get(agent) ?? { agent, spentMicroUsd: 0, ...capOf(agent) };
    // Runs of another program stand in the ledger alone: a difference would hide calls behind them.
    const beside = Math.max(calls[agent] ?? 0, recorded - line.spentMicroUsd);
    if (beside <= 0) continue;
    known.set(agent, { ...line, spentMicroUsd: line.spentMicroUsd + beside });
    besideMicroUsd += beside;
  }
  const lines = [...known.values()].toSorted((a, b) => b.spentMicroUsd - a.spentMicroUsd);
  return { spend: lines, spentMicroUsd: spentMicroUsd + besideMicroUsd, besideMicroUsd };
}
