import type { Grant } from './money-state.ts';

/** What a grant says of time and money, and nothing else; without money where no budget was told. */
export function grantOf({ allowanceMicroUsd, reservedMicroUsd, grantedAt }: Partial<Grant>): Partial<Grant> {
  return {
    ...(allowanceMicroUsd === undefined ? {} : { allowanceMicroUsd }),
    ...(reservedMicroUsd === undefined ? {} : { reservedMicroUsd }),
    ...(grantedAt === undefined ? {} : { grantedAt }),
  };
}
