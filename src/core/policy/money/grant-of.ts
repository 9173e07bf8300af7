import type { Grant } from './money-state.ts';

/** What a grant says of time and money, and nothing else; without money where no budget was told. */
export function grantOf(grant: Partial<Grant>): Partial<Grant> {
  const { allowanceMicroUsd, reservedMicroUsd, feeMicroUsd, grantedAt } = grant;
  return {
    ...(allowanceMicroUsd === undefined ? {} : { allowanceMicroUsd }),
    ...(reservedMicroUsd === undefined ? {} : { reservedMicroUsd }),
    ...(feeMicroUsd === undefined ? {} : { feeMicroUsd }),
    ...(grantedAt === undefined ? {} : { grantedAt }),
  };
}
