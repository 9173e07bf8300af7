import { SUGGESTED_TIMEOUT_STEP_SECONDS, TYPICAL_RUNS_MIN } from './limits.ts';
import type { UsageRecord } from './usage-record.ts';

/** What the runs of an agent usually take. Only finished ones count: a failed spawn or a cut run says nothing (R-ADX-031). */
export interface Typical {
  readonly dispatches: number;
  readonly failed: number;
  /** How often the agent said what of its own work. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly medianSeconds: number | null;
  readonly p90Seconds: number | null;
  readonly medianCostUsd: number | null;
}

/** What is typical of an agent; null while it has too few finished runs (R-ADX-031). */
export function typicalOf(records: readonly UsageRecord[], agent: string): Typical | null {
  const runs = records.filter((record) => record.agent === agent && !record.cached);
  const finished = runs.filter((record) => record.ok);
  if (finished.length < TYPICAL_RUNS_MIN) return null;
  const seconds = finished.flatMap(({ ms }) => (ms === undefined ? [] : [ms / 1000]));
  const costs = finished.flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
  return {
    dispatches: runs.length,
    failed: runs.length - finished.length,
    outcomes: countsOf(runs.map(({ outcome }) => outcome)),
    medianSeconds: median(seconds),
    p90Seconds: percentile90(seconds),
    medianCostUsd: median(costs),
  };
}

/** Seconds that would have been enough for nine runs in ten, with half as much again; null = no more than now (R-ADX-033). */
export function suggestedTimeout({ p90Seconds }: Typical, expiredSeconds: number): number | null {
  if (p90Seconds === null) return null;
  const step = SUGGESTED_TIMEOUT_STEP_SECONDS;
  const seconds = Math.max(step, Math.ceil((p90Seconds * 1.5) / step) * step);
  return seconds > expiredSeconds ? seconds : null;
}

/** Middle value, or the mean of the middle two; null of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/** Smallest value that at least nine in ten do not exceed; null of nothing. */
export function percentile90(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.9) - 1] ?? null;
}

/** How often each word occurs, in order of first appearance. */
export function countsOf(words: readonly (string | undefined)[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) if (word !== undefined) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
}
