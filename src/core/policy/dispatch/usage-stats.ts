import type { UsageRecord } from './usage-record.ts';
import { countsOf, median, percentile90 } from './usage-typical.ts';

/** What some dispatches took and cost; what nothing is known of is left out (R-ADX-030). */
export interface UsageBucket {
  /** Runs; answers from the cache are counted apart. */
  readonly dispatches: number;
  readonly cached_hits: number;
  readonly ok: number;
  readonly failed: number;
  readonly cost_usd: number;
  readonly median_ms?: number;
  readonly p90_ms?: number;
  readonly max_ms?: number;
  readonly median_cost_usd?: number;
  readonly max_cost_usd?: number;
  readonly outcomes?: Readonly<Record<string, number>>;
  readonly errors?: Readonly<Record<string, number>>;
}

/** Everything, and each agent. */
export interface UsageStats {
  readonly total: UsageBucket;
  readonly agents: Readonly<Record<string, UsageBucket>>;
}

/** Which records to count. */
export interface UsageWindow {
  /** Last so many days; null or 0 = all, also records without a time. */
  readonly days: number | null;
  /** One agent; null = all. */
  readonly agent: string | null;
  /** Epoch milliseconds. */
  readonly now: number;
}

const DAY_SECONDS = 86_400;

/** Sums the journal up: agents by spend, then by number of dispatches, then by name (R-ADX-030, R-ADX-035). */
export function usageStats(records: readonly UsageRecord[], window: UsageWindow): UsageStats {
  const counted = records.filter((record) => isIn(record, window));
  const buckets = [...byAgent(counted)].map(([agent, own]) => [agent, bucketOf(own)] as const);
  return { total: bucketOf(counted), agents: Object.fromEntries(buckets.toSorted(bySpend)) };
}

function byAgent(records: readonly UsageRecord[]): ReadonlyMap<string, readonly UsageRecord[]> {
  const groups = new Map<string, UsageRecord[]>();
  for (const record of records) {
    const group = groups.get(record.agent);
    if (group === undefined) groups.set(record.agent, [record]);
    else group.push(record);
  }
  return groups;
}

function isIn({ t, agent }: UsageRecord, { days, agent: wanted, now }: UsageWindow): boolean {
  if (wanted !== null && agent !== wanted) return false;
  return !days || (t !== null && t >= now / 1000 - days * DAY_SECONDS);
}

function bySpend([nameA, a]: readonly [string, UsageBucket], [nameB, b]: readonly [string, UsageBucket]) {
  return b.cost_usd - a.cost_usd || b.dispatches - a.dispatches || (nameA < nameB ? -1 : 1);
}

function bucketOf(records: readonly UsageRecord[]): UsageBucket {
  const runs = records.filter((record) => !record.cached);
  const ok = runs.filter((record) => record.ok).length;
  const times = runs.flatMap(({ ms }) => (ms === undefined ? [] : [ms]));
  const costs = runs.flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
  return {
    dispatches: runs.length,
    cached_hits: records.length - runs.length,
    ok,
    failed: runs.length - ok,
    cost_usd: usd(costs.reduce((sum, cost) => sum + cost, 0)),
    ...number('median_ms', median(times), Math.round),
    ...number('p90_ms', percentile90(times), Math.round),
    ...number('max_ms', maximum(times), Math.round),
    ...number('median_cost_usd', median(costs), usd),
    ...number('max_cost_usd', maximum(costs), usd),
    ...counts('outcomes', countsOf(runs.map(({ outcome }) => outcome))),
    ...counts('errors', countsOf(runs.map(({ err }) => err))),
  };
}

function maximum(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((most, value) => Math.max(most, value));
}

function usd(value: number): number {
  return Number(value.toFixed(6));
}

function number<Key extends string>(key: Key, value: number | null, round: (value: number) => number) {
  return (value === null ? {} : { [key]: round(value) }) as { [K in Key]?: number };
}

function counts<Key extends string>(key: Key, words: Record<string, number>) {
  return (Object.keys(words).length === 0 ? {} : { [key]: words }) as {
    [K in Key]?: Record<string, number>;
  };
}
