/** Named durations of one sample (ms). */
export type Sample = Readonly<Record<string, number>>;

/** One way to do what is measured, with its samples by round. */
export interface Arm {
  readonly name: string;
  readonly samples: Sample[][];
  /** What is quick is done so many times as often. */
  readonly times: number;
  sample(): Promise<Sample>;
}

export const arm = (name: string, sample: Arm['sample'], times = 1): Arm => ({
  ...{ name, samples: [], times, sample },
});

export interface Rounds {
  readonly rounds: number;
  readonly perRound: number;
  onRound(text: string): void;
}

/** Measures all arms in turn, there and back again: whoever is first in one round is last in the next. */
export async function inRounds(
  arms: readonly Arm[],
  { rounds, perRound, onRound }: Rounds,
): Promise<ReadonlyMap<string, readonly Sample[][]>> {
  // Cold caches would count against whoever comes first.
  for (const { sample } of [...arms, ...arms]) await sample();
  for (let round = 0; round < rounds; round += 1) {
    onRound(`round ${round + 1} of ${rounds}`);
    for (const { samples, sample, times } of round % 2 === 0 ? arms : arms.toReversed()) {
      await sample();
      const mine: Sample[] = [];
      for (let count = 0; count < perRound * times; count += 1) mine.push(await sample());
      samples.push(mine);
    }
  }
  return new Map(arms.map(({ name, samples }) => [name, samples]));
}
