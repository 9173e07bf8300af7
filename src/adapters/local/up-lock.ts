import { AppError } from '../../core/errors.ts';
import { type KernelLock, tryKernelLock } from './kernel-lock.ts';
import { lastUp, upLockPath } from './up-file.ts';

/** Takes the state directory for this `up`; a second one is refused and told about the first. */
export function takeUpLock(stateDir: string): KernelLock {
  const lock = tryKernelLock(upLockPath(stateDir));
  if (lock !== null) return lock;
  const first = lastUp(stateDir);
  const who = first === null ? 'it is just starting' : `pid ${first.pid}, ${first.url}, since ${first.since}`;
  throw new AppError('already-running', `dispatch is already up for ${stateDir}: ${who}`, {
    hint: 'look at it with: dispatch status',
    details: { stateDir, ...first },
  });
}
