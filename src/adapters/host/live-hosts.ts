import { HOST_SILENT_MS_MAX } from '../../core/limits.ts';
import type { KnownHost } from '../../core/ports/store.ts';
import { bootId } from '../process/process-identity.ts';

/** Is one of these hosts at work? One of this machine must have its process, too: a killed one is seen at once. */
export function anyLive(hosts: readonly KnownHost[], now: number): boolean {
  return hosts.some(
    (host) => now - host.lastSeen < HOST_SILENT_MS_MAX && (host.bootId !== bootId() || isThere(host.pid)),
  );
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
