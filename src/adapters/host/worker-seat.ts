import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import type { HostId } from '../../core/ids.ts';
import { tryKernelLock } from '../local/kernel-lock.ts';

/** The place of one worker process on this machine; its host id is the same after every restart. */
export interface WorkerSeat {
  readonly hostId: HostId;
  leave(): void;
}

const SEATS_MAX = 16;

/**
 * Takes the first free seat of this state directory. The seat's lock is freed by the kernel when its holder dies, so
 * a restarted worker gets the id of the one it replaces and two that live never share one.
 */
export function takeWorkerSeat(stateDir: string): WorkerSeat {
  const home = createHash('sha256').update(stateDir).digest('hex').slice(0, 6);
  const machine = hostname()
    .replaceAll(/[^A-Za-z0-9-]/g, '-')
    .slice(0, 40);
  for (let seat = 0; seat < SEATS_MAX; seat += 1) {
    const lock = tryKernelLock(join(stateDir, `worker-${seat}.lock.db`));
    if (lock === null) continue;
    const suffix = seat === 0 ? '' : `-${seat}`;
    return { hostId: `${machine}-${home}${suffix}`, leave: lock.release };
  }
  throw new AppError('already-running', `${SEATS_MAX} workers already use ${stateDir}`, {
    hint: 'stop one of them, or give this one a state directory of its own',
  });
}
