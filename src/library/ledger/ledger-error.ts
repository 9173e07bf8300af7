import { messageOf } from '../../core/errors.ts';

/** A ledger that cannot do what was asked of it (R-PROD-095). */
export class LedgerError extends Error {
  override readonly name: string = 'LedgerError';
}

/** Somebody else has claimed the task (R-PROD-021). */
export class TaskClaimRace extends LedgerError {
  override readonly name = 'TaskClaimRace';
}

/** Runs work whose errors leave as {@link LedgerError}s; what caused one is its `cause`. */
export function asLedgerError<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof LedgerError ? error : new LedgerError(messageOf(error), { cause: error });
  }
}
