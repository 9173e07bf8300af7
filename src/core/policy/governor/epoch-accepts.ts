/** What a host knows of the brake; null = it was told nothing yet. */
export interface HostBrake {
  readonly epoch: number | null;
  readonly armed: boolean;
}

/**
 * May a run with a lease of this epoch spawn on this host (invariant I9)? `wait`: the lease is newer than the
 * host's news, which must be on its way; `stop`: the brake was turned since the grant.
 */
export function epochAccepts(host: HostBrake, leaseEpoch: number): 'start' | 'wait' | 'stop' {
  if (host.epoch === null || leaseEpoch > host.epoch) return 'wait';
  if (leaseEpoch < host.epoch || host.armed) return 'stop';
  return 'start';
}
