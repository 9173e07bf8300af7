import {
  HEARTBEAT_TIMEOUT_MANY_HOSTS_MS,
  HEARTBEAT_TIMEOUT_SINGLE_HOST_MS,
  KILL_GRACE_MS,
  SWEEP_MS_MAX,
} from '../limits.ts';
import type { Settings } from '../schema/settings.ts';

/** After this long without a sign of life a run counts as lost; many hosts give lost ones away sooner (ms). */
export function heartbeatTimeoutMs({
  hosts,
  heartbeatTimeoutMs: given,
}: Pick<Settings, 'hosts' | 'heartbeatTimeoutMs'>): number {
  if (given !== undefined) return given;
  return hosts === 'many' ? HEARTBEAT_TIMEOUT_MANY_HOSTS_MS : HEARTBEAT_TIMEOUT_SINGLE_HOST_MS;
}

/**
 * Silent for this long, a host runs nothing any more: its lease guard has ended what it ran before the heartbeat
 * timeout, grace and sweep included, or the host is dead (ms).
 */
export function hostDeadMs(settings: Parameters<typeof heartbeatTimeoutMs>[0]): number {
  return heartbeatTimeoutMs(settings) + KILL_GRACE_MS + SWEEP_MS_MAX;
}
