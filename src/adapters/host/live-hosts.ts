import { HOST_SILENT_MS_MAX } from '../../core/limits.ts';
import type { KnownHost } from '../../core/ports/store.ts';
import { bootId } from '../process/process-identity.ts';

/** Whose view of the processes it is. */
export interface HostView {
  /** False inside an agent's run: what runs there may see no process but its own. */
  readonly seesProcesses: boolean;
}

/** Is one of these hosts at work? One of this machine must have its process, too: a killed one is seen at once. */
export function anyLive(
  hosts: readonly KnownHost[],
  now: number,
  { seesProcesses }: HostView = { seesProcesses: true },
): boolean {
  const isHere = (host: KnownHost): boolean => seesProcesses && host.bootId === bootId();
  return hosts.some(
    (host) => now - host.lastSeen < HOST_SILENT_MS_MAX && (!isHere(host) || isThere(host.pid)),
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
