import type { Row } from './bench.ts';
import type { Conditions } from './machine.ts';
import { median, medianInterval, quantile } from './numbers.ts';
import type { Sample } from './rounds.ts';

/** Samples by arm, as `inRounds` answers them. */
export type Measured = ReadonlyMap<string, readonly Sample[][]>;

/** One duration of one arm. */
export interface Series {
  readonly arm: string;
  readonly span: string;
}

export interface Compared {
  readonly id: string;
  readonly what: string;
  readonly ours: Series;
  readonly floor: Series;
  readonly share: 0.5 | 0.95;
  /** Most that is wanted (ms); null = only reported. */
  readonly target: number | null;
}

const roundsOf = (measured: Measured, { arm, span }: Series): number[][] =>
  (measured.get(arm) ?? []).map((round) => round.map((sample) => sample[span] ?? Number.NaN));

/** Ours beside the floor; the ratio is that of medians whatever quantile is shown: it needs the fewest samples. */
export function comparedRow(measured: Measured, compared: Compared, conditions: Conditions): Row {
  const { id, what, share, target } = compared;
  const [mine, theirs] = [roundsOf(measured, compared.ours), roundsOf(measured, compared.floor)];
  const all = mine.flat();
  const ours = quantileOf(all, share);
  return {
    ...{ id, what, unit: `ms p${share * 100}`, ours, floor: quantileOf(theirs.flat(), share), conditions },
    ratio: median(mine.map((round, index) => median(round) / median(theirs[index] ?? []))),
    target: target === null ? null : `<= ${target}`,
    reached: target === null ? null : ours <= target,
    more: {
      ...{ samples: all.length, p50: median(all), p95: quantile(all, 0.95), p99: quantile(all, 0.99) },
      ...{ 'floor p50': median(theirs.flat()), interval95: medianInterval(all) },
    },
  };
}

const quantileOf = (samples: readonly number[], share: number): number =>
  share === 0.5 ? median(samples) : quantile(samples, share);
