import type { Row } from './bench.ts';
import type { Measured } from './compare.ts';
import type { Conditions } from './machine.ts';
import { median } from './numbers.ts';

export interface Rated {
  readonly id: string;
  readonly what: string;
  readonly unit: string;
  /** Names of the arms; each sample is a duration `took` (ms) of so much work. */
  readonly ours: string;
  readonly floor: string;
  readonly perSample: number;
}

/** How much of it in a second, ours beside the floor; above 1 = ours does less. Reported only. */
export function ratedRow(measured: Measured, rated: Rated, conditions: Conditions): Row {
  const { id, what, unit, perSample } = rated;
  const rounds = (name: string) =>
    (measured.get(name) ?? []).map((round) => median(round.map(({ took = Number.NaN }) => took)));
  const [ours, floor] = [rounds(rated.ours), rounds(rated.floor)];
  const rate = (took: readonly number[]) => perSample / (median(took) / 1000);
  return {
    ...{ id, what, unit, ours: rate(ours), floor: rate(floor), conditions },
    ratio: median(ours.map((took, round) => took / (floor[round] ?? Number.NaN))),
    ...{ target: null, reached: null },
  };
}
