import { AppError } from '../../core/errors.ts';
import type { DispatchResult } from '../../core/schema/dispatch.ts';

/** A call that must not run, for surfaces that answer jobs: there is none (R-AD-029, R-AD-031). */
export function refusalError({ error, error_type }: DispatchResult): AppError {
  const code = error_type === 'recursion' ? 'forbidden' : 'invalid-input';
  return new AppError(code, error ?? 'this call must not run', { details: { error_type } });
}
