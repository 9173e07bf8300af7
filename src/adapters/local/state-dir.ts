import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { AppError, messageOf } from '../../core/errors.ts';

const PRIVATE = 0o700;
const FOR_OTHERS = 0o077;

/** Makes the state directory, for this user alone. */
export function prepareStateDir(stateDir: string): void {
  try {
    mkdirSync(stateDir, { recursive: true, mode: PRIVATE });
    if ((statSync(stateDir).mode & FOR_OTHERS) !== 0) chmodSync(stateDir, PRIVATE);
  } catch (cause) {
    throw new AppError('storage-failed', `cannot use the state directory ${stateDir}: ${messageOf(cause)}`, {
      hint: 'make it writable, or name another one: state_dir in dispatch.yaml',
      cause,
    });
  }
}
