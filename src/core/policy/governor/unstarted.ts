import type { HostId, RunId } from '../../ids.ts';
import type { GovernorState } from './state.ts';
import { liveHosts } from './stock.ts';

/**
 * Runs that have their slot, that no host says it runs, and that only this host could take up: no other live one offers
 * slots. A host that leaves in order waits for them (R-PROD-035).
 */
export function onlyHereCouldRun(state: GovernorState, hostId: HostId, now: number): readonly RunId[] {
  const hosts = liveHosts(state, now);
  if (hosts.some((host) => host.hostId !== hostId && host.slots > 0)) return [];
  const running = new Set(hosts.filter((host) => host.hostId !== hostId).flatMap(({ runs }) => runs));
  return Object.keys(state.leases).filter((leaseId) => !running.has(leaseId as RunId)) as RunId[];
}
