import type { HostId, ProjectName } from '../../ids.ts';
import { GOVERNOR_WARM_UP_MS_MAX, HOST_SILENT_MS_MAX, HOSTS_MAX } from '../../limits.ts';
import type { Brake, GovernorState } from './state.ts';

/** What a governor that starts anew is told by whoever starts it. */
export interface GovernorSeed {
  readonly project: ProjectName;
  /** Slots by pool (R-SYS-016). */
  readonly pools: Readonly<Record<string, number>>;
  /** The last saved state, for brake, pauses and leases; a brake that cannot be read must come in as armed. */
  readonly seed?: Partial<Pick<GovernorState, 'brake' | 'pauses' | 'leases' | 'released'>> | null;
  /** Hosts the store has heard of. */
  readonly knownHosts: readonly { readonly hostId: HostId; readonly lastSeen: number }[];
  /** Epoch milliseconds. */
  readonly now: number;
}

const RELEASED_BRAKE: Brake = { armed: false, epoch: 0, reason: null, by: null, at: null };

/**
 * The state of a governor that was not there before. It gives nothing away until every host heard of lately has
 * said what it runs, or GOVERNOR_WARM_UP_MS_MAX; a project that never ran anything has nothing to wait for.
 */
export function initialGovernor({ project, pools, seed, knownHosts, now }: GovernorSeed): GovernorState {
  const leases = Object.values(seed?.leases ?? {}).map((lease) => [lease.leaseId, { ...lease }] as const);
  const awaiting = recentHosts(knownHosts, now);
  const idle = awaiting.length === 0 && leases.length === 0;
  return {
    project,
    brake: seed?.brake ?? RELEASED_BRAKE,
    pauses: seed?.pauses ?? [],
    pools: Object.fromEntries(Object.entries(pools).map(([pool, limit]) => [pool, { limit }])),
    leases: Object.fromEntries(leases),
    waiting: [],
    released: seed?.released ?? [],
    hosts: {},
    warmUp: idle ? null : { until: now + GOVERNOR_WARM_UP_MS_MAX, awaiting },
    nextSeq: 0,
  };
}

function recentHosts(hosts: GovernorSeed['knownHosts'], now: number): readonly HostId[] {
  const recent = hosts.filter(({ lastSeen }) => now - lastSeen <= HOST_SILENT_MS_MAX);
  recent.sort((a, b) => b.lastSeen - a.lastSeen);
  return recent.slice(0, HOSTS_MAX).map(({ hostId }) => hostId);
}
