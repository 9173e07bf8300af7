import type { Grant } from './money-state.ts';

/** The money side of a grant, and nothing else; empty where no budget was told. */
export function grantOf({ allowanceMicroUsd, reservedMicroUsd }: Partial<Grant>): Partial<Grant> {
  return {
    ...(allowanceMicroUsd === undefined ? {} : { allowanceMicroUsd }),
    ...(reservedMicroUsd === undefined ? {} : { reservedMicroUsd }),
  };
}
