import { HEARTBEAT_TIMEOUT_MANY_HOSTS_MS, HEARTBEAT_TIMEOUT_SINGLE_HOST_MS } from '../limits.ts';
import type { Settings } from '../schema/settings.ts';

/** After this long without a sign of life a run counts as lost; many hosts give lost ones away sooner (ms). */
export function heartbeatTimeoutMs({
  hosts,
  heartbeatTimeoutMs: given,
}: Pick<Settings, 'hosts' | 'heartbeatTimeoutMs'>): number {
  if (given !== undefined) return given;
  return hosts === 'many' ? HEARTBEAT_TIMEOUT_MANY_HOSTS_MS : HEARTBEAT_TIMEOUT_SINGLE_HOST_MS;
}
