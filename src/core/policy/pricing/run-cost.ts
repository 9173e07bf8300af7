/** What a run has told of its cost, integer micro-dollars. */
export interface ToldCost {
  /** Did a process come to be? */
  readonly began: boolean;
  /** The agent's own figure. */
  readonly reportedMicroUsd: number | null;
  /** Its tokens × the price of the model really used. */
  readonly computedMicroUsd: number | null;
  /** The tokens are all there were; else the run was cut off and there may have been more. */
  readonly complete: boolean;
  /** What was set aside for it. */
  readonly reservedMicroUsd: number;
}

/** What a run is booked at, and whether that is known. */
export interface RunCost {
  readonly microUsd: number;
  readonly reportedMicroUsd: number | null;
  readonly computedMicroUsd: number | null;
  readonly known: boolean;
}

/**
 * The agent's own figure, else its tokens × price, else the reservation; nothing when no process came to be. What is
 * known of a run that was cut off is too little, so it never counts less than its reservation (R-PROD-056, R-SYS-018).
 */
export function runCost(told: ToldCost): RunCost {
  const { began, reportedMicroUsd, computedMicroUsd, complete, reservedMicroUsd } = told;
  const figures = { reportedMicroUsd, computedMicroUsd };
  if (!began) return { microUsd: 0, ...figures, known: true };
  if (reportedMicroUsd !== null) return { microUsd: reportedMicroUsd, ...figures, known: true };
  if (computedMicroUsd !== null && complete) return { microUsd: computedMicroUsd, ...figures, known: true };
  return { microUsd: Math.max(reservedMicroUsd, computedMicroUsd ?? 0), ...figures, known: false };
}
