import { anomalies } from './anomalies.ts';
import type { ReportFacts, ReportTotals } from './facts.ts';

/** The report for machines: the facts, and what is odd about them, in stable order. */
export function reportJson(facts: ReportFacts): string {
  const { at, ...rest } = facts;
  const report = { generated_at: new Date(at).toISOString(), ...rest, anomalies: anomalies(facts) };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** What an earlier report said; null = it is none of ours. */
export function totalsOf(text: string): ReportTotals | null {
  try {
    const { date, shipped, spentMicroUsd } = JSON.parse(text) as Partial<ReportFacts>;
    if (typeof date !== 'string' || typeof spentMicroUsd !== 'number') return null;
    return typeof shipped?.count === 'number' ? { date, shipped: shipped.count, spentMicroUsd } : null;
  } catch {
    return null;
  }
}
