import { AppError, messageOf } from '../../core/errors.ts';
import { errorCode } from './spawn-failure.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** Translates a failed write of ours: a full disk is `storage-full`, anything else `storage-failed`. */
export function toStorageError(problem: string, cause: unknown): AppError {
  const code = errorCode(cause);
  return FULL.has(code)
    ? new AppError('storage-full', `${problem}: no space left on the device`, { cause })
    : new AppError('storage-failed', `${problem}: ${messageOf(cause)}`, { cause });
}
