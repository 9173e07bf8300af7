/** The value below which the given share (0..1) of the samples lies; NaN without samples. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
}

/** The middle; of an even number the mean of the two middle ones, else few rounds would tell their worse half. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[(sorted.length >> 1) - 1] ?? upper) + upper) / 2;
}

/** 95 % bootstrap interval of the median; a wide one says that the number is worth little. */
export function medianInterval(samples: readonly number[], rounds = 400): readonly [number, number] {
  if (samples.length < 2) return [Number.NaN, Number.NaN];
  const medians = Array.from({ length: rounds }, () =>
    median(samples.map(() => samples[Math.floor(Math.random() * samples.length)] as number)),
  );
  return [quantile(medians, 0.025), quantile(medians, 0.975)];
}

/** Three significant digits, for people. */
export function short(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '-';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}

/** The clock that agents stamp with (`$EPOCHREALTIME`), in ms with fractions. */
export const wallMs = (): number => performance.timeOrigin + performance.now();
